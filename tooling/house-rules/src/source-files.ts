import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const skipped: ReadonlySet<string> = new Set(['node_modules', '.turbo', '.generated']);

/** Files below a folder, sorted, as paths relative to it with forward slashes; a missing folder has none. */
export function filesBelow(folder: string, suffix = ''): string[] {
  if (!existsSync(folder)) return [];
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith(suffix)) found.push(relative(folder, path).replaceAll('\\', '/'));
    }
  };
  walk(folder);
  return found.sort();
}

/** The TypeScript sources of all packages and tools, as paths from the repository's root. */
export function sourceFiles(root: string): string[] {
  return ['packages', 'tooling'].flatMap((home) =>
    filesBelow(join(root, home), '.ts')
      .filter((file) => /^[^/]+\/src\//.test(file))
      .map((file) => `${home}/${file}`),
  );
}
