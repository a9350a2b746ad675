import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest.js';

/** The folders of the packages that belong to a workspace, as npm, yarn and pnpm write them down. */
export function workspaceMembers(folder: string, { workspaces }: Manifest): readonly string[] {
  const patterns = [...workspaces, ...pnpmPatterns(folder)];
  const found = (wanted: readonly string[]): ReadonlySet<string> =>
    new Set(wanted.flatMap((pattern) => matches(folder, segmentsOf(pattern))));
  const isExclusion = (pattern: string): boolean => pattern.startsWith('!');
  const excluded = found(patterns.filter(isExclusion).map((pattern) => pattern.slice(1)));
  return [...found(patterns.filter((pattern) => !isExclusion(pattern)))].filter(
    (member) => !excluded.has(member) && existsSync(join(member, 'package.json')),
  );
}

/** The list below `packages:`; of YAML it needs no more. */
function pnpmPatterns(folder: string): readonly string[] {
  const [, after = ''] = textOf(join(folder, 'pnpm-workspace.yaml')).split(/^packages:[ \t]*\r?\n/m);
  const [list = ''] = after.split(/^\S(?<!-)/m);
  return list.split('\n').flatMap((line) => {
    const [item = ''] = line.split('#', 1);
    const pattern = item
      .trim()
      .replace(/^-/, '')
      .trim()
      .replace(/^(['"])(.*)\1$/, '$2');
    return item.trim().startsWith('-') && pattern !== '' ? [pattern] : [];
  });
}

/** Empty where there is no such file, or none that may be read. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Any depth after any depth is any depth; it would take the folders again for each. */
function segmentsOf(pattern: string): readonly string[] {
  return pattern
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
    .filter((segment, index, all) => segment !== '**' || all[index - 1] !== '**');
}

/** Folders below `folder` that fit; `**` is any depth, and nothing installed is a member. */
function matches(folder: string, [segment, ...rest]: readonly string[]): readonly string[] {
  if (segment === undefined) return [folder];
  if (!segment.includes('*')) return matches(join(folder, segment), rest);
  const below = foldersIn(folder);
  if (segment === '**') {
    return [...matches(folder, rest), ...below.flatMap((one) => matches(join(folder, one), ['**', ...rest]))];
  }
  const name = new RegExp(`^${segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
  return below.filter((one) => name.test(one)).flatMap((one) => matches(join(folder, one), rest));
}

/** The folders in a folder; one that may not be read has no members. */
function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
