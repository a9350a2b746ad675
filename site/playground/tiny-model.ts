import { readGguf } from './gguf.js';
import { Tokenizer } from './tokenizer.js';
import { Transformer } from './transformer.js';

/** One turn of a conversation. */
export interface Turn {
  readonly role: string;
  readonly content: string;
}

/** How an answer is drawn. */
export interface Draw {
  /** 0: the likeliest token each time. */
  readonly temperature: number;
  readonly seed: number;
  readonly maxNewTokens: number;
}

/** How an answer ended, and what it took. */
export interface Ending {
  readonly reason: 'stop' | 'length';
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The tiny model, in plain JavaScript: some hundred tokens a second. */
export class TinyModel {
  readonly tokenizer: Tokenizer;
  readonly transformer: Transformer;

  constructor(file: Uint8Array) {
    const gguf = readGguf(file);
    this.tokenizer = new Tokenizer(gguf);
    this.transformer = new Transformer(gguf);
  }

  /** The answer, piece by piece. A last turn of the assistant is continued. */
  *answer(turns: readonly Turn[], { temperature, seed, maxNewTokens }: Draw): Generator<string, Ending> {
    const prompt = this._prompt(turns);
    const random = randomFrom(seed);
    const ends = new Set(['<|im_end|>', '<|endoftext|>'].map((mark) => this.tokenizer.control(mark)));
    const decoder = new TextDecoder();
    const most = Math.min(maxNewTokens, this.transformer.length - prompt.length);
    let scores: Float32Array = new Float32Array();
    for (const [place, token] of prompt.entries()) scores = this.transformer.read(token, place);
    const end = (reason: Ending['reason'], completionTokens: number): Ending => ({
      reason,
      promptTokens: prompt.length,
      completionTokens,
    });
    for (let count = 0; count < most; count++) {
      const token = pick(scores, temperature, random);
      if (ends.has(token)) return end('stop', count);
      const text = decoder.decode(this.tokenizer.bytesOf(token), { stream: true });
      if (text !== '') yield text;
      scores = this.transformer.read(token, prompt.length + count);
    }
    return end('length', Math.max(0, most));
  }

  /** The model's chat template, and where it is to go on. */
  _prompt(turns: readonly Turn[]): number[] {
    const { tokenizer } = this;
    const [open, close] = [tokenizer.control('<|im_start|>'), tokenizer.control('<|im_end|>')];
    const last = turns.at(-1);
    const kept = last?.role === 'assistant' ? last.content : '';
    const before = last?.role === 'assistant' ? turns.slice(0, -1) : turns;
    return [
      tokenizer.control('<|endoftext|>'),
      ...before.flatMap(({ role, content }) => [
        open,
        ...tokenizer.encode(`${role}\n`),
        ...tokenizer.encode(content),
        close,
        ...tokenizer.encode('\n'),
      ]),
      open,
      ...tokenizer.encode('assistant\n'),
      ...tokenizer.encode(kept),
    ];
  }
}

function pick(scores: Float32Array, temperature: number, random: () => number): number {
  const best = scores.reduce((top, score, i) => (score > (scores[top] ?? 0) ? i : top), 0);
  if (temperature <= 0) return best;
  const most = scores[best] ?? 0;
  const shares = scores.map((score) => Math.exp((score - most) / temperature));
  let left = random() * shares.reduce((a, b) => a + b, 0);
  const drawn = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return drawn < 0 ? best : drawn;
}

/** The same numbers from 0 to 1 for the same seed, everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
