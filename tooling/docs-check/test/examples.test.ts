import { describe, expect, test } from 'vitest';
import { fence, problemsOf } from './small-repository.js';

describe('a program in a document', () => {
  test('that is right is reported nowhere, wherever it stands', async () => {
    const right = fence('ts', "const word: string = 'hello';", 'console.log(word);') + fence('text', 'hello');
    const pages = {
      'README.md': right,
      'docs/guide/deep.md': `- in a list:\n\n  ${right.replaceAll('\n', '\n  ')}`,
      'packages/core/README.md':
        fence('js', "console.log(await Promise.resolve('hello'));") + fence('text', 'hello'),
      'CONTRIBUTING.md':
        fence('json', '{ "fine": true }') + fence('mermaid', 'graph') + fence('jinja', '{{ x }}'),
      'AGENTS.md': 'No code, but an indented block:\n\n    const = nothing\n',
      'packages/core/notes.md': fence('ts', 'this page is not checked'),
    };
    expect(await problemsOf(pages)).toEqual([]);
  });

  test('with a wrong type is reported at its line, under the strictness of the packages', async () => {
    const [first, second, ...more] = await problemsOf({
      'README.md': `# Title\n\n${fence('ts', 'export const one = 1;', 'export const two: string = one;')}`,
      'docs/page.md': fence('ts', 'const unused = 1;'),
    });
    expect(first).toMatch(/^README\.md:5: TS2322: Type 'number' is not assignable/);
    expect(second).toMatch(/^docs\/page\.md:2: TS6133/);
    expect(more).toEqual([]);
  });

  test('that throws is reported at the line that throws', async () => {
    const [ts, js, ...more] = await problemsOf({
      'README.md': fence(
        'ts',
        'interface Erased {',
        '  x: 1;',
        '}',
        'export type Kept = Erased;',
        "throw new Error('oh');",
      ),
      'docs/page.md': `\n${fence('js', '', "throw new Error('ah');")}`,
    });
    expect(ts).toMatch(/^README\.md:6: failed: .*Error: oh/s);
    expect(js).toMatch(/^docs\/page\.md:4: failed: .*Error: ah/s);
    expect(more).toEqual([]);
  });

  test('that prints something else than promised is reported at the promise', async () => {
    const page = fence('ts', "console.log('a');") + fence('text', 'b');
    expect(await problemsOf({ 'README.md': page })).toEqual([
      'README.md:5: promises "b" but the code prints "a"',
    ]);
  });

  test('promises nothing by a text block that is not directly behind it', async () => {
    const page = `${fence('ts', "console.log('a');")}\nElsewhere:\n\n${fence('text', 'b')}`;
    expect(await problemsOf({ 'README.md': page })).toEqual([]);
  });

  test('that says no-run is type-checked and not run', async () => {
    const page = fence('ts no-run needs a key', "const x: number = 'x';", 'throw x;');
    const right = fence('ts no-run needs a key', "throw new Error('run');");
    const [wrongType, ...more] = await problemsOf({ 'README.md': page + right });
    expect(wrongType).toMatch(/^README\.md:2: TS2322/);
    expect(more).toEqual([]);
  });

  test('goes on in the next block that says continues', async () => {
    const page = [
      fence('ts', 'const a = 1;', 'console.log(a);') + fence('text', '1'),
      fence('ts continues', 'console.log(a + 1);') + fence('text', '2'),
      fence('ts continues', 'export const b: string = a;'),
    ].join('\nAnd then:\n\n');
    const [problem, ...more] = await problemsOf({ 'README.md': page });
    expect(problem).toMatch(/^README\.md:21: TS2322/);
    expect(more).toEqual([]);
    expect(
      await problemsOf({ 'README.md': page.replace('string', 'number').replace('\n2\n', '\n3\n') }),
    ).toEqual(['README.md:6: promises "1\\n3" but the code prints "1\\n2"']);
  });

  test('that never ends is stopped', async () => {
    const page = fence('js', 'setInterval(() => {}, 1000);');
    expect(await problemsOf({ 'README.md': page }, 500)).toEqual(['README.md:2: still running after 500 ms']);
  });

  test('reaches this machine and no other', async () => {
    const local = [
      "import { createServer } from 'node:http';",
      "const server = createServer((_, response) => response.end('home')).listen(0, '127.0.0.1', async () => {",
      '  const { port } = server.address();',
      "  console.log(await (await fetch('http://localhost:' + port)).text());",
      '  server.close();',
      '  server.closeAllConnections();',
      '});',
    ];
    expect(await problemsOf({ 'README.md': fence('js', ...local) + fence('text', 'home') })).toEqual([]);
    const [far, ...more] = await problemsOf({
      'README.md': fence('js', "await fetch('https://192.0.2.1/');"),
    });
    expect(far).toMatch(/^README\.md:2: failed: .*runs without a network, but asked for 192\.0\.2\.1/s);
    expect(more).toEqual([]);
  });
});

describe('a fence', () => {
  test('in an unknown language, or in none, is reported', async () => {
    const problems = await problemsOf({ 'README.md': fence('bash', 'ls') + fence('', 'ls') });
    expect(problems).toEqual([
      expect.stringMatching(/^README\.md:2: language "bash" is unknown; use one of ts, js, sh/),
      expect.stringMatching(/^README\.md:5: language "" is unknown/),
    ]);
  });

  test('of JSON must parse', async () => {
    expect(await problemsOf({ 'README.md': fence('json', '{ x: 1 }') })).toEqual([
      expect.stringMatching(/^README\.md:2: not JSON/),
    ]);
  });

  test.each([
    ['ts norun', /"norun" in the fence is not understood; known are/],
    ['ts no-run', /no-run wants a reason/],
    ['ts continues', /there is no ts block before that it continues/],
    ['sh exit=x', /"exit=x" in the fence is not understood/],
  ])('%s says what is wrong', async (info, says) => {
    expect(await problemsOf({ 'README.md': fence(info, '// nothing') })).toEqual([
      expect.stringMatching(says),
    ]);
  });
});
