import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packInto } from '../src/pack.js';
import { publishedPackages } from '../src/published-package.js';
import { type TrialProject, trialProject } from '../src/trial-project.js';

const story = `
import { CBlock } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';

const backend = new ScriptedBackend([{ deltas: ['It ra', 'ins. It ', 'pours.'] }]);
const result = await streamWithChunking(new CBlock('Weather?'), backend, new SimpleContext());
for await (const sentence of result.astream()) console.log(sentence);
`;

const session = `
import { startSession } from '@melliflow/stdlib';
import { ScriptedBackend } from '@melliflow/testing';

const m = await startSession({ backend: new ScriptedBackend([{ deltas: ['{"sky":"grey"}'] }]) });
const format = { type: 'object', properties: { sky: { type: 'string' } } };
console.log((await m.instruct('Weather?', { format })).parsedRepr);
await startSession({ backend: 'openai', modelId: 'm' }).catch(({ code, message }) => console.log(code, message));
`;

const fromCommonJs = `
const { CBlock } = require('@melliflow/core');
import('@melliflow/core').then((core) => console.log(new CBlock('required').toString(), core.CBlock === CBlock));
`;

const everyEntry = `
import * as core from '@melliflow/core';
import * as implement from '@melliflow/core/implement';
import * as formatter from '@melliflow/formatter';
import * as tiny from '@melliflow/model-tiny';
export const entries: readonly object[] = [core, implement, formatter, tiny];
`;

const tinyModel = `
import { statSync } from 'node:fs';
import { tinyModelPath } from '@melliflow/model-tiny';
console.log(statSync(tinyModelPath).size > 1_000_000);
`;

describe('the tarballs in an empty project', () => {
  const home = mkdtempSync(join(tmpdir(), 'installed-'));
  let project: TrialProject;

  beforeAll(async () => {
    const folders = publishedPackages.filter(({ isInstalled }) => isInstalled).map(({ folder }) => folder);
    project = await trialProject(join(home, 'project'), await packInto(home, folders));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  test('run a program', async () => {
    expect(await project.run('story.js', story)).toBe('It rains.\nIt pours.\n');
  });

  test('start a session, and say how to install a backend that is not there', async () => {
    expect(await project.run('session.js', session)).toMatch(
      /^\{ sky: 'grey' \}\nnot_installed @melliflow\/backend-openai is not installed.*npm install @melliflow\/backend-openai\n/s,
    );
  });

  test('can be required from CommonJS, and are the same module there', async () => {
    expect(await project.run('story.cjs', fromCommonJs)).toBe('required true\n');
  });

  test('compile as strictly as a user can, declarations included', async () => {
    await expect(
      project.compile('story.ts', story.replaceAll('console.log', 'String')),
    ).resolves.toBeUndefined();
    await expect(project.compile('every-entry.ts', everyEntry)).resolves.toBeUndefined();
  });

  test('bring the small model', async () => {
    expect(await project.run('tiny.js', tinyModel)).toBe('true\n');
  });

  test('bring the command', async () => {
    const program =
      "import { execSync } from 'node:child_process';\nconsole.log(String(execSync('npx --no-install melliflow --help')));";
    expect(await project.run('help.js', program)).toContain('melliflow');
  });
});
