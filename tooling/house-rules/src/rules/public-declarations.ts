import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseResult, parseSync, Visitor } from 'oxc-parser';
import { isRelative, moduleImports } from '../module-imports.js';
import { place, resolveFrom } from '../relative-path.js';
import type { Rule } from '../rule.js';
import { publishedPackages, type WorkspacePackage } from '../workspace-package.js';

/** Hidden members and unique symbols make types nominal: two copies of core would refuse each other's objects. */
export const publicDeclarationsRule: Rule = {
  id: 'public-declarations',
  sentence:
    'The declarations that users can reach show no private or protected member, no unique symbol and no any.',
  check: (root) =>
    publishedPackages(root).flatMap((pkg) =>
      reachableDeclarations(pkg).flatMap((file) =>
        faultsIn(join(pkg.directory, file)).map(
          ({ line, fault }) => `${place(pkg.folder, file, line)}: ${fault}`,
        ),
      ),
    ),
};

/** The entries' declaration files and all that these import in turn, as paths from the package's folder. */
function reachableDeclarations({ directory, manifest }: WorkspacePackage): string[] {
  const reached = new Set(Object.values(manifest.exports ?? {}).flatMap(declarationOf));
  for (const file of reached) {
    const path = join(directory, file);
    if (!existsSync(path)) {
      reached.delete(file);
      continue;
    }
    for (const { specifier } of moduleImports(path)) {
      if (specifier !== null && isRelative(specifier))
        reached.add(resolveFrom(file, specifier.replace(/\.js$/, '.d.ts')));
    }
  }
  return [...reached];
}

function declarationOf(entry: unknown): string[] {
  const types = typeof entry === 'object' && entry !== null && 'types' in entry ? entry.types : undefined;
  return typeof types === 'string' ? [types.replace('./', '')] : [];
}

function faultsIn(path: string): { readonly line: number; readonly fault: string }[] {
  const text = readFileSync(path, 'utf8');
  const faults: { line: number; fault: string }[] = [];
  const add = (fault: string, { start }: { start: number }): void => {
    faults.push({ line: text.slice(0, start).split('\n').length, fault });
  };
  const member = (node: Member): void => {
    if (node.accessibility === 'private' || node.accessibility === 'protected')
      add(`a ${node.accessibility} member; mark it @internal`, node);
    if (node.key.type === 'PrivateIdentifier')
      add('a #private member; keep the state in a closure or an @internal member', node);
  };
  const parsed: ParseResult = parseSync(path, text);
  new Visitor({
    PropertyDefinition: member,
    AccessorProperty: member,
    MethodDefinition: member,
    TSAbstractPropertyDefinition: member,
    TSAbstractMethodDefinition: member,
    TSAbstractAccessorProperty: member,
    TSAnyKeyword: (node) => add('an any; say unknown or name the type', node),
    TSTypeOperator: (node) => {
      if (node.operator === 'unique')
        add('a unique symbol; brand with a Symbol.for key typed as symbol or string', node);
    },
  }).visit(parsed.program);
  return faults;
}

interface Member {
  readonly start: number;
  readonly accessibility?: string | null;
  readonly key: { readonly type: string };
}
