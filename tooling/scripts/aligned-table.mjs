/**
 * A table in Markdown whose columns stand below each other, as the formatter wants them: the first ones are words, all
 * others are figures and stand on the right.
 */
export function alignedTable(head, rows, words = 1) {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => [...`${row[column]}`].length)),
  );
  const isWords = (column) => column < words;
  const cellOf = (cell, column) => {
    const blank = ' '.repeat(widths[column] - [...`${cell}`].length);
    return isWords(column) ? `${cell}${blank}` : `${blank}${cell}`;
  };
  const rule = widths.map((width, column) =>
    isWords(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [head, rule, ...rows].map((row) => `| ${row.map(cellOf).join(' | ')} |`).join('\n');
}
