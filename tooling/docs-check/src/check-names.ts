import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './child-process.js';
import { projectSettings } from './generated-project.js';
import type { ClaimedName } from './name-tables.js';
import type { Problem } from './problem.js';
import { compiler } from './type-check.js';

const diagnostic = /^names\.ts\((\d+),\d+\): error/;

/** Whether packages export what a document claims, by a program in which every claim is one line. */
export async function checkNames(
  folder: string,
  file: string,
  claims: readonly ClaimedName[],
): Promise<Problem[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const values = await valuesOf(claims);
  const program = programOf(claims, values);
  writeFileSync(join(folder, 'names.ts'), program.text);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ ...projectSettings, include: ['names.ts'] }, null, 2),
  );
  const { code, stdout, stderr } = await runNode([compiler, '-p', folder, '--noEmit', '--pretty', 'false'], {
    cwd: folder,
    limitMs: 120_000,
  });
  const problems = stdout.split('\n').flatMap((said) => {
    const at = Number(diagnostic.exec(said)?.[1] ?? 0);
    const claim = claims[at - program.firstLine];
    if (claim === undefined) return [];
    const path = claim.member === null ? claim.name : `${claim.name}.${claim.member}`;
    return [{ file, line: claim.line, message: `${claim.package} has no \`${path}\`` }];
  });
  if (code !== 0 && problems.length === 0)
    throw new Error(`the compiler failed (${code}): ${stdout}${stderr}`);
  return problems;
}

/** What the packages export as values; the rest are types. */
async function valuesOf(claims: readonly ClaimedName[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const packages = [...new Set(claims.map((claim) => claim.package))];
  const modules = packages.map(async (name) => [name, new Set(Object.keys(await import(name)))] as const);
  return new Map(await Promise.all(modules));
}

function programOf(
  claims: readonly ClaimedName[],
  values: ReadonlyMap<string, ReadonlySet<string>>,
): { text: string; firstLine: number } {
  const packages = [...values.keys()];
  const head = [
    ...packages.map((name, i) => `import type * as p${i} from '${name}';`),
    'type Members<T> = T extends abstract new (...args: never[]) => infer I ? keyof I | keyof T : keyof T;',
    'type Has<M extends K, K extends PropertyKey> = [M, K];',
  ];
  const lines = claims.map((claim, i) => {
    const at = `p${packages.indexOf(claim.package)}.${claim.name}`;
    const isValue = values.get(claim.package)?.has(claim.name) === true;
    if (claim.member === null) return `export type T${i} = ${isValue ? `typeof ${at}` : at};`;
    const keys = isValue ? `Members<typeof ${at}>` : `keyof ${at}`;
    return `export type T${i} = Has<'${claim.member}', ${keys}>;`;
  });
  return { text: `${[...head, ...lines].join('\n')}\n`, firstLine: head.length + 1 };
}
