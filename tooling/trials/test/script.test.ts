import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { script } from '../script.mjs';

const folder = mkdtempSync(join(tmpdir(), 'script-'));
afterAll(() => rmSync(folder, { recursive: true }));

function trialOf(source: string): Promise<string> {
  const file = join(folder, 'trial.mjs');
  writeFileSync(file, source);
  return script(relative(join(import.meta.dirname, '..'), file))({ home: folder });
}

test('a script is a trial that tells what it prints', async () => {
  await expect(trialOf("console.log('3 packages');")).resolves.toBe('3 packages');
});

test('a script that fails is a trial that fails, with its words', async () => {
  await expect(trialOf("throw new Error('no such range');")).rejects.toThrow('no such range');
});

test('the temporary folders of a script are made in that of the trials', async () => {
  await expect(trialOf("import { tmpdir } from 'node:os'; console.log(tmpdir());")).resolves.toBe(folder);
});
