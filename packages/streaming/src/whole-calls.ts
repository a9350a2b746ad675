import type { ChunkingStrategy } from './chunkers/chunking-strategy.js';

/** Each piece that comes is a chunk: how tool calls are cut, which are told whole. */
export const wholeCalls: ChunkingStrategy = {
  name: 'tool_call',
  start: () => {
    let end = 0;
    return {
      push: (text) => {
        const start = end;
        end += text.length;
        return [{ text, start, end }];
      },
      flush: () => [],
    };
  },
};
