import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lawIds } from '@melliflow/backend-conformance';
import { expect, it } from 'vitest';
import { root, StandingRepository } from './standing-repository.js';

it('what it writes compiles, builds, and keeps every law that it claims', async () => {
  const repository = new StandingRepository('deep-river');
  await repository.build();
  const built = repository.read('dist/deep-river-backend.d.ts');
  expect(built).toContain('export declare class DeepRiverBackend extends Backend');
  expect(built).not.toContain('_settings');

  // The exam's test compares the README, so the table is true as it was written.
  const { numTotalTests, numPassedTests } = await repository.test();
  expect(numPassedTests).toBe(numTotalTests);
  expect(repository.marks()).toHaveLength(lawIds().length);
  expect(new Set(repository.marks())).toEqual(new Set(['yes', '–']));
});

it('docs/write-a-backend.md, to the letter, leads to a backend that keeps every law that it claims', async () => {
  const repository = new StandingRepository('backend-river');
  const page = readFileSync(join(root, 'docs/write-a-backend.md'), 'utf8');
  const [wire, request, reply] = blocksBelow(page, '### 2. Say how the provider answers');
  const files = {
    'test/river-wire.ts': wire,
    'src/to-river-request.ts': request,
    'src/from-river-reply.ts': reply,
    'src/river-backend.ts': repository
      .read('src/river-backend.ts')
      .replace("'/chat/completions'", "'/answers'")
      .replace(/\b(format|tools|toolChoice|seed): true/g, '$1: false'),
    'src/river-client.ts': repository
      .read('src/river-client.ts')
      .replace('https://api.river.example/v1', 'https://api.river.example/v2'),
  };
  for (const [file, text] of Object.entries(files)) {
    expect(page).toContain(file);
    writeFileSync(join(repository.folder, file), text ?? '');
  }
  for (const file of ['src/from-river-chunk.ts', 'src/to-river-messages.ts', 'src/to-river-options.ts']) {
    rmSync(join(repository.folder, file));
  }
  rmSync(join(repository.folder, 'test/to-river-messages.test.ts'));

  await repository.build();
  await repository.writeLaws();
  const { numTotalTests, numPassedTests } = await repository.test();
  expect(numPassedTests).toBe(numTotalTests);
  expect(repository.marks()).toHaveLength(lawIds().length);
  expect(new Set(repository.marks())).toEqual(new Set(['yes', '–']));
});

/** The blocks of TypeScript below a heading. */
function blocksBelow(page: string, heading: string): string[] {
  const [, below = ''] = page.split(heading);
  return [...below.matchAll(/^```ts.*\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}
