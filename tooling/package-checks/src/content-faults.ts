import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRelative, moduleImports } from '@melliflow/house-rules/module-imports';
import { filesBelow } from '@melliflow/house-rules/source-files';

/** What is wrong with the files of an unpacked package; empty when all is well. */
export function contentFaults(content: string): string[] {
  const files = filesBelow(content);
  return [
    ...missing(
      files,
      'README.md',
      'LICENSE',
      'package.json',
      'dist/index.js',
      'dist/index.d.ts',
      'src/index.ts',
    ),
    ...files.filter(isTest).map((file) => `${file}: a test in the package`),
    ...files
      .filter(isCode)
      .flatMap((file) => [...missing(files, `${file}.map`), ...danglingImports(content, file)]),
    ...files.filter((file) => file.endsWith('.map')).flatMap((file) => danglingSources(content, file)),
    ...workspaceRanges(content),
  ];
}

function missing(files: readonly string[], ...wanted: readonly string[]): string[] {
  return wanted.filter((file) => !files.includes(file)).map((file) => `${file}: missing`);
}

/** A template is what the package writes, tests and all. */
function isTest(file: string): boolean {
  return !file.startsWith('template/') && /(^|\/)(tests?|__tests__)\/|\.test\./.test(file);
}

function isCode(file: string): boolean {
  return file.startsWith('dist/') && (file.endsWith('.js') || file.endsWith('.d.ts'));
}

/** A declaration may name `./x.js` where only `./x.d.ts` is there. */
function danglingImports(content: string, file: string): string[] {
  const path = join(content, file);
  return moduleImports(path).flatMap(({ specifier, line }) => {
    if (specifier === null || !isRelative(specifier)) return [];
    const target = join(dirname(path), specifier);
    const wanted = file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target;
    return existsSync(wanted) ? [] : [`${file}:${line}: "${specifier}" leads nowhere`];
  });
}

function danglingSources(content: string, file: string): string[] {
  const path = join(content, file);
  const { sources = [] }: { sources?: readonly string[] } = JSON.parse(readFileSync(path, 'utf8'));
  return sources
    .filter((source) => !existsSync(join(dirname(path), source)))
    .map((source) => `${file}: its source "${source}" is not in the package`);
}

function workspaceRanges(content: string): string[] {
  const path = join(content, 'package.json');
  if (!existsSync(path)) return [];
  const manifest: Record<string, Record<string, string> | undefined> = JSON.parse(readFileSync(path, 'utf8'));
  // create-backend reads the ranges of its own devDependencies.
  const { dependencies, peerDependencies, devDependencies } = manifest;
  return Object.entries({ ...devDependencies, ...dependencies, ...peerDependencies })
    .filter(([, range]) => /^(workspace|catalog|link|file):/.test(range))
    .map(([name, range]) => `package.json: "${name}": "${range}" means nothing outside the workspace`);
}
