import { describe, expect, it } from 'vitest';
import { CodeChunker } from '../src/index.js';
import { drive, texts } from './drive-chunker.js';

/** Statement by statement; joined by `separator` they are the text. */
type Case = [what: string, language: string, statements: string[], separator?: string];

const cases: Case[] = [
  [
    'functions',
    'ts',
    ['function a() {\n  b();\n\n  c();\n}', 'const x = 1;', 'export class A {\n  b = {};\n}'],
    '\n\n',
  ],
  ['no semicolons', 'js', ['const a = 1', 'let b = a +\n  2', 'f(\n  b\n)\n  .then(g)', 'h()'], '\n'],
  [
    'else, catch and while',
    'js',
    ['if (a) {\n}\nelse {\n}', 'try {\n} catch {\n}\nfinally {\n}', 'do {\n}\nwhile (a)', 'while (b) {\n}'],
    '\n',
  ],
  [
    'comments before what they are about',
    'ts',
    ['// about a\n\n/**\n * { doc\n */\n@dec({\n})\nclass A {}', 'a() // {', '// last'],
    '\n',
  ],
  [
    'brackets in strings and comments',
    'ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code that is cut
    ['const s = \'{\' + "[" /* ( */;', 'const t = `{ ${f({ a: `}` })} \n\n {`;', 'g();'],
    '\n',
  ],
  ['regular expressions', 'js', ['const r = /[/{"]\\/(/.test(a)', 'b = a / 2 / (3)', 'c()'], '\n'],
  [
    'C++',
    'cpp',
    [
      '#include <a>',
      '#define X(a) \\\n  (a)',
      'template <class T>\nT f(T a)\n{\n  return a;\n}',
      "char c = '{';",
      "int n = 1'000;",
    ],
    '\n',
  ],
  [
    'Java',
    'java',
    [
      'package a;',
      '@Test\npublic class A\n    extends B {\n  String s = """\n  {\n\n  """;\n}',
      'class C {}',
    ],
    '\n',
  ],
  [
    'Rust',
    'rust',
    [
      "#[derive(A)]\nstruct A<'a> {\n  b: &'a str,\n}",
      "impl<'a> A<'a> {\n  fn f() -> char { '}' }\n}",
      'use a::b;',
    ],
    '\n',
  ],
  [
    'Go',
    'go',
    ['package main', 'import (\n  "a"\n)', 'var s = `{\n\n`', 'func (a *A) f() int {\n}', 'func g() {}'],
    '\n',
  ],
  ['CSS', 'css', ['.a {\n  b: url(http://c);\n}', '.d,\n#e {\n}', '@media x {\n  .f {}\n}'], '\n'],
  [
    'Python',
    'python',
    [
      'import a',
      '@d\n@e(\n1)\ndef f(x,\ny):\n    """{\n\nno code\n"""\n    # c\n\n    return [\n1]',
      'if a:\n  b\nelse:\n  c',
      'x = "#" + \\\n1',
    ],
    '\n\n',
  ],
  [
    'comments of Python',
    'py',
    ['def f():\n    pass', '# about g\n\ndef g():\n    pass  # {', "s = '''\n# no comment\n'''", '# last'],
    '\n',
  ],
  ['upper case, other line ends', 'TypeScript', ['a({\r\n});', 'b();'], '\r\n\r\n'],
];

describe('code', () => {
  it.each(cases)('%s', (_, language, statements, separator = '\n') => {
    const text = statements.join(separator);
    const { pushed, flushed } = drive(new CodeChunker({ language }), text.split(''));
    expect(texts([...pushed, ...flushed])).toEqual(statements);
  });

  it.each(cases)('%s in a fence, between prose', (_, language, statements, separator = '\n') => {
    const text = `Here:\nit is.\n\n~~~${language} title="x"\n${statements.join(separator)}\n~~~\nBye.\n\nBye.`;
    const { pushed, flushed } = drive(new CodeChunker(), [text]);
    expect(texts([...pushed, ...flushed])).toEqual(['Here:\nit is.', ...statements, 'Bye.', 'Bye.']);
  });

  it('cuts what it does not know at blank lines', () => {
    const { pushed, flushed } = drive(new CodeChunker(), ['```sql\nselect 1\nfrom a;\n\nselect 2;\n```\n']);
    expect(texts([...pushed, ...flushed])).toEqual(['select 1\nfrom a;', 'select 2;']);
  });

  it('releases what ends in a semicolon with its line, other statements with the first line of the next one', () => {
    const chunker = new CodeChunker({ language: 'ts' }).start();
    expect(texts(chunker.push('f();\n'))).toEqual(['f();']);
    expect(texts(chunker.push('if (a) {\n}\n'))).toEqual([]);
    expect(texts(chunker.push('g()\n'))).toEqual(['if (a) {\n}']);
  });

  it('names the languages that it knows', () => {
    expect(() => new CodeChunker({ language: 'brainfuck' })).toThrow(
      'language: unknown "brainfuck"; use one of javascript, js,',
    );
  });
});
