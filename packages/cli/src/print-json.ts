import type { Printer } from './printer.js';
import type { Output } from './text-output.js';

/** One event a line, as the contract names its members, for programs to read. */
export function printJson(out: Output): Printer {
  return {
    event: (event) => out.write(`${JSON.stringify(event)}\n`),
    end: () => undefined,
  };
}
