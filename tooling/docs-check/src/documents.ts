import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The documents whose code must be true, as paths from the repository's root. */
export function documentsOf(root: string): string[] {
  const pages = below(root, 'docs').filter((file) => file.endsWith('.md'));
  const readmes = below(root, 'packages', 1).filter((file) => file.endsWith('/README.md'));
  const roots = ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', 'examples/README.md'];
  return [...roots, ...pages, ...readmes].filter((file) => existsSync(join(root, file)));
}

function below(root: string, folder: string, depth = Number.POSITIVE_INFINITY): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return depth > 0 && entry.name !== 'node_modules' ? below(root, path, depth - 1) : [];
  });
}
