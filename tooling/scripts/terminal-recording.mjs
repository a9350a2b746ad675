// What a program wrote to a terminal and when, and that as an animated picture.

const COLUMN = 8.4;
const LINE = 20;
const MARGIN = 16;
const BAR = 34;
/** A longer pause is cut to this: nobody watches an empty terminal while a model is loaded. */
const PAUSE_MS = 1500;
/** How long the end stands before the recording plays again, and how often it plays. */
const REST_MS = 5000;
const PLAYS = 3;

/** What the codes of a terminal turn on, and which of these others turn off. */
const on = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' };
const off = { 0: Object.values(on), 22: ['bold', 'dim'], 39: ['red', 'green', 'yellow', 'cyan'] };

/**
 * The pieces of text that stand on the screen at the end, with their places and times.
 *
 * @throws Error for a control character that is neither a colour nor an end of line.
 */
export function piecesOf(recorded) {
  const pieces = [];
  const styles = new Set();
  let [line, column] = [0, 0];
  for (const { atMs, text } of recorded) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is told of colours by them
    for (const [part, codes] of text.matchAll(/\x1b\[([\d;]*)m|\r?\n|[^\x00-\x1f]+|./gs)) {
      if (codes !== undefined) turn(styles, codes);
      else if (part.endsWith('\n')) [line, column] = [line + 1, 0];
      else if (part < ' ') throw new Error(`The picture knows no ${JSON.stringify(part)}.`);
      else {
        pieces.push({ atMs, line, column, text: part, styles: [...styles] });
        column += part.length;
      }
    }
  }
  return pieces;
}

function turn(styles, codes) {
  for (const code of codes.split(';').map(Number)) {
    for (const style of off[code] ?? []) styles.delete(style);
    if (on[code]) styles.add(on[code]);
  }
}

/** The recording with its long pauses cut. */
export function paced(recorded) {
  let savedMs = 0;
  return recorded.map(({ atMs, text }, index) => {
    const pauseMs = atMs - (recorded[index - 1]?.atMs ?? 0);
    savedMs += Math.max(0, pauseMs - PAUSE_MS);
    return { atMs: atMs - savedMs, text };
  });
}

/** The recording as an SVG that plays by itself, and shows its end where nothing shall move. */
export function svgOf(recorded, { command, title }) {
  const pieces = piecesOf(paced(recorded)).map((piece) => ({ ...piece, line: piece.line + 2 }));
  const shown = [
    { atMs: 0, line: 0, column: 0, text: '$', styles: ['dim'] },
    { atMs: 0, line: 0, column: 2, text: command, styles: ['bold'] },
    ...pieces,
  ];
  const columns = Math.max(...shown.map(({ column, text }) => column + text.length));
  const width = Math.ceil(columns * COLUMN + 2 * MARGIN);
  const height = BAR + (Math.max(...shown.map(({ line }) => line)) + 1) * LINE + MARGIN;
  const times = [...new Set(shown.map(({ atMs }) => atMs))];
  const totalMs = Math.max(...times) + REST_MS;
  const share = (atMs) => `${((100 * atMs) / totalMs).toFixed(2)}%`;
  const frames = times.slice(1).map(
    (atMs, index) => `@keyframes k${index + 1} { 0% { opacity: 0 } ${share(atMs)} { opacity: 1 } }
      .k${index + 1} { animation-name: k${index + 1} }`,
  );
  const groups = times.map((atMs, index) => {
    const texts = shown.filter((piece) => piece.atMs === atMs).map(drawn);
    return `<g${index > 0 ? ` class="k k${index}"` : ''}>\n    ${texts.join('\n    ')}\n  </g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">${escaped(title)}</title>
  <style>
    .back { fill: #ffffff; stroke: #d0d7de }
    .bar { fill: #d0d7de }
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
    .bold { font-weight: 600 }
    .dim { fill: #59636e }
    .red { fill: #cf222e }
    .green { fill: #1a7f37 }
    .yellow { fill: #9a6700 }
    .cyan { fill: #0969da }
    @media (prefers-color-scheme: dark) {
      .back { fill: #0d1117; stroke: #3d444d }
      .bar { fill: #3d444d }
      text { fill: #e6edf3 }
      .dim { fill: #9198a1 }
      .red { fill: #ff7b72 }
      .green { fill: #3fb950 }
      .yellow { fill: #d29922 }
      .cyan { fill: #58a6ff }
    }
    @media (prefers-reduced-motion: no-preference) {
      .k { animation-duration: ${(totalMs / 1000).toFixed(2)}s; animation-timing-function: step-end; animation-iteration-count: ${PLAYS} }
      ${frames.join('\n      ')}
    }
  </style>
  <rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
  ${[20, 38, 56].map((x) => `<circle class="bar" cx="${x}" cy="18" r="5"/>`).join('')}
  ${groups.join('\n  ')}
</svg>
`;
}

/** A text at its column; its length is said, so that columns hold in every font. */
function drawn({ line, column, text, styles }) {
  const blank = text.length - text.trimStart().length;
  const words = text.trim();
  if (words === '') return '';
  const x = (MARGIN + (column + blank) * COLUMN).toFixed(1);
  const y = BAR + (line + 1) * LINE - 6;
  const kind = styles.length > 0 ? ` class="${styles.join(' ')}"` : '';
  return `<text${kind} x="${x}" y="${y}" textLength="${(words.length * COLUMN).toFixed(1)}">${escaped(words)}</text>`;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
