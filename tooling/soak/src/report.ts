import type { SoakReport } from './soak.js';

/** The report as a table in Markdown, and what it comes to. */
export function shown(report: SoakReport): string {
  const { outcomes, operations, requests, heap, sockets } = report;
  const codes = [...new Set([...outcomes.values()].flatMap((counts) => [...counts.keys()]))].sort(byRank);
  const rows = [...outcomes]
    .sort()
    .map(([kind, counts]) => [
      kind,
      String([...counts.values()].reduce((sum, count) => sum + count, 0)),
      ...codes.map((code) => String(counts.get(code) ?? '')),
    ]);
  const megabytes = heap.map((bytes) => (bytes / 1_048_576).toFixed(1)).join(', ');
  return [
    table([['kind', 'operations', ...codes], ...rows]),
    '',
    `${operations} operations, ${requests} requests; heap after collection at each rest (the first after the warm-up): ${megabytes} MB`,
    `open sockets: ${sockets}`,
    verdict(report),
  ].join('\n');
}

function verdict({ broken, seed }: SoakReport): string {
  if (broken === null) return `seed ${seed}: every rule held`;
  const where = broken.operation === null ? '' : ` in operation ${broken.operation}`;
  const again = broken.operation === null ? '' : ` --only ${broken.operation}`;
  return `seed ${seed}: broken rule "${broken.rule}"${where}: ${broken.message}\nagain: npm run soak -- --seed ${seed}${again}`;
}

/** What came whole first, then what was left, then errors by name. */
function byRank(a: string, b: string): number {
  const rank = (code: string): string => (code === 'whole' ? '0' : code === 'left' ? '1' : `2${code}`);
  return rank(a) < rank(b) ? -1 : 1;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n');
}
