import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkDocuments } from '../src/check-documents.js';
import { describeProblem } from '../src/problem.js';

const generatedHome = fileURLToPath(new URL('.generated', import.meta.url));

/** A repository around the pages under test: its program prints its arguments and ends with the last of them. */
const surroundings = {
  'package.json': '{ "scripts": { "start": "x", "test": "x", "lint": "x" } }',
  'packages/core/package.json': '{ "name": "@melliflow/core" }',
  'packages/secret/package.json': '{ "name": "@melliflow/secret", "private": true }',
  'packages/cli/dist/bin.js': `const args = process.argv.slice(2);
process.stderr.write(JSON.stringify(args) + (process.env.MOOD ?? ''));
process.exitCode = Number(args.at(-1)) || 0;`,
  'tooling/scripts/start.mjs':
    "export const cliArguments = (given) => ['stream', ...(given.length ? given : ['3'])];",
};

/** The problems of these pages (text by path), as lines `file:line: message`. */
export async function problemsOf(
  pages: Readonly<Record<string, string>>,
  limitMs = 20_000,
): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'docs-check-'));
  const generated = join(generatedHome, basename(root));
  try {
    for (const [path, text] of Object.entries({ ...surroundings, ...pages })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { problems } = await checkDocuments({ root, generated, limitMs });
    return problems.map(describeProblem);
  } finally {
    rmSync(root, { recursive: true });
    rmSync(generated, { recursive: true, force: true });
  }
}

/** A fenced block. */
export function fence(info: string, ...lines: readonly string[]): string {
  return [`\`\`\`${info}`, ...lines, '```', ''].join('\n');
}
