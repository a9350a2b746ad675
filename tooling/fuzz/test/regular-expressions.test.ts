import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

// Before it is loaded: else it looks for a checker of the platform.
process.env.RECHECK_BACKEND = 'pure';
const { checkSync } = await import('recheck');

const packages = join(import.meta.dirname, '..', '..', '..', 'packages');

/** What the checker finds at fault or cannot decide, and why it harms nobody. */
const known: Readonly<Record<string, string>> = {
  "^[^\\p{L}]*((?:[\\p{L}\\p{M}'’-]|[^\\0-\\x7f])+)[^\\p{L}]*$": 'sees 64 characters at most',
  "^[^\\p{L}\\p{N}]*(?=[^\\p{L}]*\\p{L})[\\p{L}\\p{M}\\p{N}'’-]+[^\\p{L}\\p{N}]*$":
    'sees 64 characters at most',
  '(?<=\\p{Sentence_Terminal}[\\p{Pe}\\p{Pf}"\']*)[\\p{Ps}\\p{Pi}]+$': 'sees eight characters at most',
  '\\b(prompt|input (length|tokens?|token count)|sequence length|token count|number of (input |prompt )?tokens)\\b[^.;]{0,60}\\b(exceed(s|ed)?|longer than|larger than)\\b':
    'looks 60 characters ahead at most: see growth.test.ts',
  '`?inputs`? (must have less than \\d+ tokens|tokens \\+ `?max_new_tokens)': 'decided safe, in 14 s',
  '\\b(Bearer|Basic)\\s+[\\w.~+/=-]{4,}': 'decided safe, in 5 s; see growth.test.ts',
  '\\b([spr]k|hf|gsk|gh[op]|xai)[-_][\\w-]{6,}': 'takes too long to decide: see growth.test.ts',
  '\\bA(KIA|Iza)[\\w-]{12,}': 'takes too long to decide: see growth.test.ts',
  '((?:api|access|auth|secret)[-_ ]?(?:key|token)["\']?\\s*[:=]\\s*["\']?)[^\\s"\',;&}]{4,}':
    'takes too long to decide: see growth.test.ts',
  '[A-Za-z0-9+/_-]{100,}={0,2}': 'decided safe, in 5 s; see growth.test.ts',
  '^\\d+\\.\\d+\\.\\d+(?:[^\\d\\s]\\S*)?-(native|sha-[0-9a-f]{7})': 'decided safe, in 3 s',
  '(?<![\\p{L}\\p{N}_])(?:(?<no>no|not\\s+(?:a\\s+)?yes)|yes)(?![\\p{L}\\p{N}_])': 'decided safe, in 2 s',
  '^(?:\\/[\\w-]+|\\/hf-inference\\/models\\/[^/]+\\/[^/]+)?(\\/v1\\/(?:chat\\/)?completions)$':
    'decided safe, in 2 s',
  'Found invalid parameters: (.+)': 'decided safe, in 2 s',
  '^\\/ml\\/v1\\/(?:deployments\\/([^/]+)\\/)?text\\/(chat|generation)(_stream)?$': 'decided safe, in 1 s',
};

/** Long runs decide again what takes long to decide. */
const isLong = process.env.FUZZ_RUNS !== undefined;

function isChecked({ pattern }: Literal): boolean {
  return !Object.hasOwn(known, pattern) || (isLong && known[pattern]?.startsWith('decided safe') === true);
}

const grown = 'made of parts: see growth.test.ts';
const own = 'the program gives the pattern';
const escaped = 'finds words that the program gives, escaped';

/** The files that make expressions as they run, which the checker does not see, and why that harms nobody. */
const makers: Readonly<Record<string, string>> = {
  'backend-wrappers/src/redact-output/output-settings.ts': own,
  'backend-wrappers/src/redact-output/pattern-group.ts': own,
  'backend-wrappers/src/redact-output/pattern-steps.ts': own,
  'backend-wrappers/src/redact/text-redactor.ts': own,
  'cli/src/doctor/workspace-members.ts': 'the globs of a workspace and the names of its folders',
  'cli/src/requirements/forbid-words.ts': escaped,
  'create-backend/src/rename-template.ts': 'alternatives without repetition',
  'guardrails/src/json/alternative.ts': 'the program gives the schema',
  'guardrails/src/patterns/expressions.ts': grown,
  'provider-kit/src/error-from-status.ts': grown,
  'stdlib/src/requirements/matches-pattern.ts': own,
  'stdlib/src/sampling/math-answer.ts': grown,
  'stdlib/src/tools/argument-limits.ts': 'whoever gives the tool gives its schema',
  'streaming/src/chunkers/intl-word-chunker.ts': 'one class of characters, at the edge of a text',
  'streaming/src/chunkers/regexp-chunker.ts': own,
};

interface Literal {
  readonly place: string;
  readonly pattern: string;
  readonly flags: string;
}

const sources = sourcesIn(packages);
const literals = sources.flatMap(literalsIn);
const different = [...new Map(literals.map((one) => [`/${one.pattern}/${one.flags}`, one])).values()];

describe('regular expressions of the packages', () => {
  it('are found', () => {
    expect(literals.length).toBeGreaterThan(150);
    const patterns = new Set(literals.map(({ pattern }) => pattern));
    expect(
      Object.keys(known).filter((pattern) => !patterns.has(pattern)),
      'known, but not there any more',
    ).toEqual([]);
  });

  it('take linear time, whatever they are given', () => {
    const timeout = isLong ? 300_000 : 30_000;
    const faults = different.filter(isChecked).flatMap(({ place, pattern, flags }) => {
      const { status } = checkSync(pattern, flags, { timeout });
      return status === 'safe' ? [] : [`${place}: /${pattern}/${flags} is ${status}`];
    });
    expect(faults).toEqual([]);
  }, 900_000);

  it('that are made while a program runs are made where it is known', () => {
    const making = sources.filter((file) => /\bnew RegExp\(/.test(readFileSync(file, 'utf8')));
    const places = making.map((file) => relative(packages, file).replaceAll('\\', '/'));
    expect(places.sort()).toEqual(Object.keys(makers).sort());
  });

  it('that take longer are found', () => {
    expect(checkSync('^(a+)+$', '').status).toBe('vulnerable');
    expect(checkSync('\\s+$', '').status).toBe('vulnerable');
  });
});

/** The sources of all packages. What stands beside them, in `node_modules`, leads round in circles. */
function sourcesIn(folder: string): string[] {
  const folders = readdirSync(folder).map((name) => join(folder, name, 'src'));
  return folders.filter(existsSync).flatMap((sources) =>
    readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(sources, path)),
  );
}

/** The literals of a file, of its JavaScript: a pattern in a comment or a text is none. */
function literalsIn(file: string): Literal[] {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', target: 'es2022' });
  const found: Literal[] = [];
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (node) => {
    const { regex } = node as { regex?: { pattern: string; flags: string } };
    if (node.type === 'Literal' && regex) found.push({ place: relative(packages, file), ...regex });
  });
  return found;
}
