import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runExample } from './run-example.js';

/** What each example prints on the embedded model. */
const printed: Readonly<Record<string, RegExp>> = {
  'lazy-verb': /^.+\n$/s,
  parallel: /^false\n.+\n.+\n.+\n$/s,
  'wait-for-all': /^.+\n.+\n.+\n$/s,
  streaming: /^.+\nIt came in ([2-9]|\d\d+) pieces\.\n$/s,
  'chat-in-order': /^.+\n.+\n4\n$/s,
  'validated-stream':
    /^(chunk\[\d\]: .+\n){1,3}(FAIL at chunk 3: Too many sentences\n|stream done: \d+ chars\nfinal: pass\n)completed, success=(true|false)\ncompleted=(true|false), failures=[01]\n$/,
  'validated-text': /^(.+\n){1,2}(The end\.|Stopped: that was enough\.)\ntrue\n$/,
  'structured-output': /^.{0,20} likes (music|rain|soup)\.\n$/,
  'instruct-validate-repair': /^(attempt \d: (good|failed: .+)\n){1,3}.+\n$/s,
  'generative-function': /^(positive|negative)\ntrue (positive|negative)\n$/,
};

describe('examples', () => {
  it.each(Object.entries(printed))('%s prints what it should', async (name, expected) => {
    expect(await runExample(name)).toMatch(expected);
  });

  it('are all run, and stand in the README', () => {
    const root = new URL('..', import.meta.url);
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['node_modules', 'test', '.turbo'].includes(entry.name))
      .map(({ name }) => name)
      // A package has its own tests and its own page.
      .filter((name) => !existsSync(new URL(`${name}/package.json`, root)));
    // Two have tests of their own: the chat page does not end, the batch workers are processes.
    expect(folders.sort()).toEqual([...Object.keys(printed), 'batch-workers', 'chat-page'].sort());
    const readme = readFileSync(new URL('README.md', root), 'utf8');
    expect(folders.filter((name) => !readme.includes(`(${name}/main.ts)`))).toEqual([]);
  });
});
