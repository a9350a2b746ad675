import type { Chance } from './chance.js';

const words = [
  'rain',
  'tea',
  'Zürich',
  '日本語',
  'ok',
  'naïve',
  '👩‍👩‍👧',
  'a',
  'lighthouse',
  '1984',
  '“so”',
  'e.g.',
];
const ends = ['. ', '! ', '? ', '.\n\n', ', ', ' ', '\n'];

/** What a requirement of the soak refuses: one character, so that no chunking cuts it. */
export const REFUSED = '✘';

/** A text of words, sentences and paragraphs. */
export function someText(chance: Chance, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += chance.pick(words) + chance.pick(ends);
  return `${text}End.`;
}

/** The same text with what is refused somewhere in it. */
export function withRefused(text: string, chance: Chance): string {
  const at = text.indexOf(' ', chance.below(text.length)) + 1;
  return `${text.slice(0, at)}${REFUSED}. ${text.slice(at)}`;
}

/** The text in pieces, cut anywhere between its characters. */
export function inPieces(text: string, chance: Chance): string[] {
  const characters = [...text];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; ) {
    const size = 1 + chance.below(chance.happens(0.1) ? 40 : 6);
    pieces.push(characters.slice(at, at + size).join(''));
    at += size;
  }
  return pieces;
}
