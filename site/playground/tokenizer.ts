import type { Gguf } from './gguf.js';

const words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const CONTROL = 3;

/** Text to tokens and back, by the byte pairs that the model file lists. */
export class Tokenizer {
  readonly tokens: readonly string[];
  readonly ids: ReadonlyMap<string, number>;
  readonly ranks: ReadonlyMap<string, number>;
  readonly isControl: readonly boolean[];

  constructor({ meta }: Pick<Gguf, 'meta'>) {
    const list = (key: string) => meta.get(`tokenizer.ggml.${key}`) as readonly never[];
    this.tokens = list('tokens');
    this.ids = new Map(this.tokens.map((token, id) => [token, id]));
    this.ranks = new Map((list('merges') as readonly string[]).map((pair, rank) => [pair, rank]));
    this.isControl = (list('token_type') as readonly number[]).map((type) => type === CONTROL);
  }

  /** The token of a mark such as `<|im_end|>`, which is never made from text. */
  control(mark: string): number {
    const id = this.ids.get(mark);
    if (id === undefined) throw new TypeError(`The model has no token ${mark}.`);
    return id;
  }

  encode(text: string): number[] {
    return (text.match(words) ?? []).flatMap((word) =>
      this._merged(word).map((token) => this.ids.get(token) ?? 0),
    );
  }

  /** The bytes of a token: a part of a character, perhaps. A control token has none. */
  bytesOf(id: number): Uint8Array {
    if (this.isControl[id]) return new Uint8Array();
    return Uint8Array.from([...(this.tokens[id] ?? '')], (letter) => letterBytes.get(letter) ?? 0);
  }

  _merged(word: string): string[] {
    const parts = Array.from(new TextEncoder().encode(word), (byte) => byteLetters[byte] ?? '');
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      let at = -1;
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = this.ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Number.POSITIVE_INFINITY;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) return parts;
      parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
    }
  }
}

/** Each byte is written as one visible letter in the file: itself where it is one, else one from 256 up. */
const byteLetters = ((): string[] => {
  let next = 256;
  const isVisible = (byte: number): boolean =>
    (byte >= 33 && byte < 127) || (byte >= 161 && byte < 173) || (byte >= 174 && byte < 256);
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isVisible(byte) ? byte : next++));
})();
const letterBytes = new Map(byteLetters.map((letter, byte) => [letter, byte]));
