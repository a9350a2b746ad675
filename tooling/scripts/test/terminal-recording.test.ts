import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../prepare.mjs';
import { paced, piecesOf, svgOf } from '../terminal-recording.mjs';

const esc = '\u001b';
const recorded = [
  { atMs: 100, text: `One.${esc}[2m${esc}[32m ✓${esc}[39m` },
  { atMs: 5100, text: `${esc}[22m\r\n<Two> & ${esc}[31mred${esc}[0m.` },
];

describe('what stands on the screen', () => {
  test('is where it was written, in its colours, at its time', () => {
    expect(piecesOf(recorded)).toEqual([
      { atMs: 100, line: 0, column: 0, text: 'One.', styles: [] },
      { atMs: 100, line: 0, column: 4, text: ' ✓', styles: ['dim', 'green'] },
      { atMs: 5100, line: 1, column: 0, text: '<Two> & ', styles: [] },
      { atMs: 5100, line: 1, column: 8, text: 'red', styles: ['red'] },
      { atMs: 5100, line: 1, column: 11, text: '.', styles: [] },
    ]);
  });

  test.each(['\r', '\b', `${esc}[2K`])('is not guessed after %j', (control) => {
    expect(() => piecesOf([{ atMs: 0, text: `a${control}b` }])).toThrow(/The picture knows no/);
  });
});

test('a long pause is cut, a short one is not', () => {
  const times = [100, 5100, 5200].map((atMs) => ({ atMs, text: 'x' }));
  expect(paced(times).map(({ atMs }) => atMs)).toEqual([100, 1600, 1700]);
});

describe('the picture', () => {
  const svg = svgOf(recorded, { command: 'npm start', title: 'Two lines' });

  test('shows each piece when it came, and everything where nothing shall move', () => {
    const [still, moving] = svg.split('@media (prefers-reduced-motion: no-preference)');
    expect(still).not.toMatch(/animation|opacity/);
    expect(moving).toMatch(/@keyframes k1 \{ 0% \{ opacity: 0 \} 1\.52% \{ opacity: 1 \} \}/);
    expect(moving).toMatch(/@keyframes k2 \{ 0% \{ opacity: 0 \} 24\.24% \{ opacity: 1 \} \}/);
    expect(moving).toMatch(
      /<g class="k k2">\s+<text x="16\.0" y="108" textLength="58\.8">&lt;Two&gt; &amp;<\/text>/,
    );
  });
});

test('docs/terminal.svg is a small recording with nothing from outside and no path of a machine', () => {
  const svg = readFileSync(join(root, 'docs', 'terminal.svg'), 'utf8');
  expect(Buffer.byteLength(svg)).toBeLessThan(60_000);
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
    /https?:|@import|url\(|<script|<image|\bon\w+=/,
  );
  expect(svg).toMatch(/ ~\/melliflow\/packages\/model-tiny\/tiny\.gguf</);
  expect(svg).toMatch(/✗<.*the limit is 2\./s);
});
