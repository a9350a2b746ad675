import type { Problem } from './problem.js';

/** A name of a package that a document claims: an export, or a member of one. */
export interface ClaimedName {
  readonly package: string;
  readonly name: string;
  readonly member: string | null;
  readonly line: number;
}

/** One row of a table: what others call it, and what it is called here. */
export interface NameRow {
  readonly theirs: readonly string[];
  readonly ours: readonly ClaimedName[];
  readonly line: number;
}

const nameForm = /^([A-Za-z_$][\w$]*)(?:\.([A-Za-z_$][\w$]*))?$/;

/**
 * Reads the tables of a document that hold names of others beside ours. A line such as "Package: `@scope/name`." says
 * whose names stand in the second column of the tables after it.
 */
export function nameTables(file: string, text: string): { rows: NameRow[]; problems: Problem[] } {
  const rows: NameRow[] = [];
  const problems: Problem[] = [];
  let package_: string | null = null;
  for (const [index, row] of text.split('\n').entries()) {
    const line = index + 1;
    package_ = /^Package: `([^`]+)`/.exec(row)?.[1] ?? package_;
    const cells = row.startsWith('| `') ? row.slice(1, -1).split('|') : null;
    if (cells === null) continue;
    const [theirs = '', ours = '', why = ''] = cells.map((cell) => cell.trim());
    if (package_ === null) problems.push({ file, line, message: 'a table of names before "Package: `…`."' });
    if (why === '') problems.push({ file, line, message: 'the last column must say what is different' });
    const claimed: ClaimedName[] = [];
    for (const span of spansOf(ours)) {
      const [, name, member = null] = nameForm.exec(span) ?? [];
      if (name === undefined) problems.push({ file, line, message: `\`${span}\` is no name or name.member` });
      else claimed.push({ package: package_ ?? '', name, member, line });
    }
    if (claimed.length === 0)
      problems.push({ file, line, message: 'no name of ours stands in the second column' });
    rows.push({ theirs: spansOf(theirs), ours: claimed, line });
  }
  return { rows, problems };
}

function spansOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
}
