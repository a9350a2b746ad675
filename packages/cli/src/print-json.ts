import type { StreamChunkingResult } from '@melliflow/streaming';
import type { Printer } from './printer.js';
import type { Output } from './text-output.js';

/** One event a line, as the contract names its members, for programs to read. */
export function printJson(out: Output, result: StreamChunkingResult): Printer {
  return {
    async follow() {
      for await (const event of result.events()) out.write(`${JSON.stringify(event)}\n`);
    },
    end: () => undefined,
  };
}
