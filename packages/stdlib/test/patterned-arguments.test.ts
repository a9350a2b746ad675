import { expect, it } from 'vitest';
import { tool } from '../src/tools/tool.js';

it('arguments whose names follow a pattern are fitted to that pattern, not to what others must be', async () => {
  const seen: unknown[] = [];
  const parameters = {
    type: 'object',
    patternProperties: { '^x': { type: 'integer' } },
    additionalProperties: { type: 'string' },
  };
  const add = tool({ name: 'add', parameters, execute: (args) => void seen.push(args) });
  await add.run({ xs: '3', other: 'text' });
  expect(seen).toEqual([{ xs: 3, other: 'text' }]);
});
