/** What redaction means, said as simply as possible: every place of the whole text is asked, with every pattern. */
export function redactedAtOnce(text: string, patterns: readonly RegExp[], replacement: string): string {
  const isSecret = new Array<boolean>(text.length).fill(false);
  const begins = new Set<number>();
  const ranges: [number, number][] = [];
  for (const pattern of patterns) {
    const matcher = new RegExp(pattern.source, `${pattern.flags}y`);
    for (let start = 0; start < text.length; start++) {
      if (
        matcher.unicode &&
        /[\ud800-\udbff]/.test(text[start - 1] ?? '') &&
        /[\udc00-\udfff]/.test(text[start] ?? '')
      )
        continue;
      matcher.lastIndex = start;
      const match = matcher.exec(text);
      if (match?.[0]) ranges.push([start, start + match[0].length]);
    }
  }
  ranges.sort(([a], [b]) => a - b);
  let until = 0;
  for (const [start, end] of ranges) {
    if (start >= until) begins.add(start);
    until = Math.max(until, end);
    isSecret.fill(true, start, end);
  }
  return Array.from({ length: text.length }, (_, at) =>
    begins.has(at) ? replacement : isSecret[at] ? '' : (text[at] as string),
  ).join('');
}
