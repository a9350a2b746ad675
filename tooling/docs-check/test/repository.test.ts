import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkDocuments } from '../src/check-documents.js';
import { describeProblem } from '../src/problem.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const generated = fileURLToPath(new URL('../.generated', import.meta.url));

test('the code of every document of the repository compiles, runs and prints what is promised', async () => {
  const { problems, examples } = await checkDocuments({ root, generated });
  expect(problems.map(describeProblem)).toEqual([]);
  expect(examples.length).toBeGreaterThan(0);
}, 600_000);
