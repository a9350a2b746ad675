import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { badStreamsTable, faults, libraries, outcomeOf } from '../lib/bad-streams.mjs';

test.each(Object.keys(faults))('a stream with the fault %s ends our loop with an error', async (kind) => {
  expect(await outcomeOf('Melliflow', kind)).toBe('throws');
});

test.each(Object.keys(libraries))('a stream of %s without a fault is whole', async (library) => {
  expect(await outcomeOf(library, 'split-utf8')).toBe('whole');
});

test('README.md says what the others do; `npm run bench -- --docs` writes it', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(await badStreamsTable());
});
