import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { type Expression, parseSync, Visitor } from 'oxc-parser';

/** One module that a file names: by `import`, `export … from`, `import()` or the type `import('…')`. */
export interface ModuleImport {
  /** What stands between the quotes; null where `import()` computes it. */
  readonly specifier: string | null;
  /** `value` and `dynamic` exist at run time, `type` is erased. */
  readonly kind: 'value' | 'type' | 'dynamic';
  /** 1-based. */
  readonly line: number;
}

/** Every module that a TypeScript, JavaScript or declaration file names. In a declaration all imports are types. */
export function moduleImports(file: string): ModuleImport[] {
  const text = readFileSync(file, 'utf8');
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new SyntaxError(`${file} cannot be parsed: ${errors[0].message}`);
  const isDeclaration = file.endsWith('.d.ts');
  const found: ModuleImport[] = [];
  const add = (specifier: string | null, kind: ModuleImport['kind'], start: number): void => {
    const line = text.slice(0, start).split('\n').length;
    found.push({ specifier, kind: isDeclaration ? 'type' : kind, line });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind ?? 'value', node.start),
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind ?? 'value', node.start),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source.value, node.exportKind ?? 'value', node.start);
    },
    ImportExpression: (node) => add(literal(node.source), 'dynamic', node.start),
    TSImportType: (node) => add(node.source.value, 'type', node.start),
  }).visit(program);
  return found;
}

/** Whether it is a path to a file of the same package. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith('./') || specifier.startsWith('../') || specifier === '.' || specifier === '..';
}

/** Whether Node brings the module, with or without `node:` before its name. */
export function isNodeBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || isBuiltin(specifier);
}

/** The package of a specifier: `@scope/name/sub` is of `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function literal(node: Expression): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  const plain = node.type === 'TemplateLiteral' && node.expressions.length === 0 ? node.quasis[0] : undefined;
  return plain?.value.cooked ?? null;
}
