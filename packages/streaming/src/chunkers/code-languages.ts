import { CLikeLines } from './c-like-lines.js';
import type { CLikeFamily } from './c-like-scanner.js';
import { BlankLines, type CodeLines } from './code-lines.js';
import { PythonLines } from './python-lines.js';

const SCRIPT: CLikeFamily = {
  singleQuotes: true,
  templates: true,
  regexps: true,
  lineComments: true,
  braceEnds: false,
};
const CLASSIC: CLikeFamily = { ...SCRIPT, singleQuotes: false, templates: false, regexps: false };
const QUOTED: CLikeFamily = { ...CLASSIC, singleQuotes: true };
const STYLE: CLikeFamily = { ...QUOTED, lineComments: false, braceEnds: true };

const FAMILIES: readonly (readonly [names: string, make: () => CodeLines])[] = [
  ['javascript js jsx mjs cjs typescript ts tsx mts cts', () => new CLikeLines(SCRIPT)],
  [
    'c h cpp c++ cc cxx hpp java kotlin kt scala csharp cs c# go golang rust rs swift',
    () => new CLikeLines(CLASSIC),
  ],
  ['php dart', () => new CLikeLines(QUOTED)],
  ['css', () => new CLikeLines(STYLE)],
  ['python py python3 pyi', () => new PythonLines()],
];

const LANGUAGES: ReadonlyMap<string, () => CodeLines> = new Map(
  FAMILIES.flatMap(([names, make]) => names.split(' ').map((name) => [name, make] as const)),
);

/** Whether the statements of a language are known, by a name as after a fence. */
export function isKnownLanguage(name: string): boolean {
  return LANGUAGES.has(name.toLowerCase());
}

/** The names of the languages that are known. */
export function knownLanguages(): string[] {
  return [...LANGUAGES.keys()];
}

/** A fresh reader of a language; of blank lines if the language is not known. */
export function linesOf(language: string): CodeLines {
  return LANGUAGES.get(language.toLowerCase())?.() ?? new BlankLines();
}
