/** So many characters in common, without those that forms differ in, are a quotation; fewer are chance. */
const QUOTATION = 10;
/** A prompt shorter than this stands in many texts by chance. */
const SHORTEST = 4;
/** More of a message is of no use to anybody. */
const MAX_LENGTH = 4000;
/** No word, and no name of a request, is as long. */
const data = /[A-Za-z0-9+/_-]{100,}={0,2}/g;

/**
 * Takes out of a message what it quotes of the prompts: whole ones, and pieces of some length, however they are
 * escaped, quoted or wrapped; and what looks like the data of an image. The cost is that of reading the message and
 * the prompts once.
 */
export function withoutEchoes(message: string, prompts: readonly string[]): string {
  const short = message.length > MAX_LENGTH ? `${message.slice(0, MAX_LENGTH)}…` : message;
  const text = short.replace(data, '[…]');
  const plain = plainOf(text);
  const quoted = new Uint8Array(plain.units.length);
  const pieces = piecesOf(plain.units);
  for (const prompt of prompts) {
    const units = unitsOf(prompt);
    if (units.length >= SHORTEST && units.length < QUOTATION) markWhole(units, plain.units, quoted);
    else markPieces(units, pieces, quoted);
  }
  return without(text, plain, quoted);
}

/** A text as all its escaped and quoted forms have it, and where in it each unit stands. */
interface Plain {
  readonly units: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** What differs from form to form: escapes (also of escapes), quotation marks, white space. */
const marks = /\\+(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|[abfnrtv0])?|[\s"'`“”‘’«»]+/gi;

function unitsOf(text: string): string {
  return text.replace(marks, (_, ...hex: (string | undefined)[]) => unescaped(hex[0] ?? hex[1] ?? hex[2]));
}

function plainOf(text: string): Plain {
  let units = '';
  const starts: number[] = [];
  const ends: number[] = [];
  const add = (part: string, start: number, end?: number): void => {
    for (let i = 0; i < part.length; i++) {
      starts.push(end === undefined ? start + i : start);
      ends.push(end ?? start + i + 1);
    }
    units += part;
  };
  let at = 0;
  for (const found of text.matchAll(marks)) {
    const end = found.index + found[0].length;
    add(text.slice(at, found.index), at);
    add(unescaped(found[1] ?? found[2] ?? found[3]), found.index, end);
    at = end;
  }
  add(text.slice(at), at);
  return { units, starts, ends };
}

/** The character of an escape; nothing where it is white space, a quotation mark, or beyond all characters. */
function unescaped(hex: string | undefined): string {
  const code = Number.parseInt(hex ?? '20', 16);
  const unit = code <= 0x10ffff ? String.fromCodePoint(code) : '';
  return /[\s"'`“”‘’«»\\]/.test(unit) ? '' : unit;
}

/** The pieces of a message that would be a quotation, with the places where each stands. */
function piecesOf(units: string): Map<string, number[]> {
  const pieces = new Map<string, number[]>();
  for (let at = 0; at + QUOTATION <= units.length; at++) {
    const piece = units.slice(at, at + QUOTATION);
    const places = pieces.get(piece);
    if (places) places.push(at);
    else pieces.set(piece, [at]);
  }
  return pieces;
}

function markPieces(prompt: string, pieces: Map<string, number[]>, quoted: Uint8Array): void {
  for (let at = 0; at + QUOTATION <= prompt.length && pieces.size > 0; at++) {
    const piece = prompt.slice(at, at + QUOTATION);
    const places = pieces.get(piece);
    if (places === undefined) continue;
    pieces.delete(piece);
    for (const place of places) quoted.fill(1, place, place + QUOTATION);
  }
}

function markWhole(prompt: string, message: string, quoted: Uint8Array): void {
  for (let at = message.indexOf(prompt); at !== -1; at = message.indexOf(prompt, at + prompt.length)) {
    quoted.fill(1, at, at + prompt.length);
  }
}

function without(text: string, { starts, ends }: Plain, quoted: Uint8Array): string {
  let clean = '';
  let at = 0;
  for (let unit = 0; unit < quoted.length; unit++) {
    if (quoted[unit] === 0) continue;
    const start = starts[unit] as number;
    while (quoted[unit + 1] === 1) unit++;
    clean += `${text.slice(at, start)}[…]`;
    at = ends[unit] as number;
  }
  return clean + text.slice(at);
}
