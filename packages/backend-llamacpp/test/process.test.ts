import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('one-answer.mjs', import.meta.url));
const run = promisify(execFile);

test('a program ends by itself, without dispose, and prints nothing of the engine', async () => {
  const { stdout, stderr } = await run(process.execPath, [program], { timeout: 25_000 });
  expect(stdout).toMatch(/^The sky is blue [^\n]*\n$/);
  expect(stderr).toBe('');
});

test('a program that is no file is told why the engine does not start', async () => {
  const code = `import ${JSON.stringify(program)}`;
  const given = run(process.execPath, ['--input-type=module', '--eval', code], { timeout: 25_000 });
  await expect(given).rejects.toMatchObject({ stderr: expect.stringMatching(/--input-type.*into a file/) });
});
