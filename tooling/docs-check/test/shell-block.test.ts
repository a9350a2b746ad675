import { describe, expect, test } from 'vitest';
import { fence, problemsOf } from './small-repository.js';

describe('a shell block', () => {
  test('may name scripts and packages that exist, and any other command', async () => {
    const page = fence(
      'sh exit=3',
      'git clone x',
      'npm test',
      'npm run lint',
      'npm start',
      'npx @melliflow/core@1 # no comment',
    );
    expect(await problemsOf({ 'README.md': page })).toEqual([]);
  });

  test('with a script or package that is not there is reported at its line', async () => {
    const page = fence(
      'sh',
      'npm run lnt',
      'pnpm add @melliflow/core \\',
      '  @melliflow/cor',
      'npm install @melliflow/secret',
      'npm create @melliflow/core mine',
    );
    expect(await problemsOf({ 'README.md': page })).toEqual([
      'README.md:2: package.json has no script "lnt"',
      'README.md:3: there is no package @melliflow/cor',
      'README.md:5: there is no package @melliflow/secret',
      'README.md:6: there is no package @melliflow/create-core',
    ]);
  });

  test('runs the program with its arguments, as a shell would split them', async () => {
    const page = fence('sh', `$ MOOD=good melliflow stream "a \\"b" 'c d' e\\ f "" 4 | head # comment`);
    expect(await problemsOf({ 'README.md': page })).toEqual([
      'README.md:2: ended with 4 instead of 0: ["stream","a \\"b","c d","e f","","4"]good',
    ]);
  });

  test('runs npm start as the start script would, with and without arguments', async () => {
    const page = fence('sh', 'npm start --silent', 'npm start --silent -- --json 5', 'npm start 6');
    expect(await problemsOf({ 'README.md': page })).toEqual([
      'README.md:2: ended with 3 instead of 0: ["stream","3"]',
      'README.md:3: ended with 5 instead of 0: ["stream","--json","5"]',
      'README.md:4: ended with 6 instead of 0: ["stream","6"]',
    ]);
  });

  test('may promise another exit code, and must then keep it', async () => {
    const page = fence('sh exit=1', 'melliflow 1') + fence('sh exit=1', 'melliflow 0');
    expect(await problemsOf({ 'README.md': page })).toEqual([
      'README.md:5: ended with 0 instead of 1: ["0"]',
    ]);
  });

  test('that says no-run only has its names checked', async () => {
    const page = fence('sh no-run asks for a key', 'melliflow 7', 'npm run lnt');
    expect(await problemsOf({ 'README.md': page })).toEqual([
      'README.md:3: package.json has no script "lnt"',
    ]);
  });
});
