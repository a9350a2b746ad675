import type { ScriptedReply, Turnstile } from '@melliflow/backend-conformance/servers';
import { type LlamaModel, type Token, TokenBias } from 'node-llama-cpp';

/** Larger than any logit of a model: a token that has it is drawn, unless a grammar forbids it. */
const CERTAIN = 10_000;

/** What a scripted model says of one reply: the text that its sampler is made to draw, and where it stops to wait. */
export class ScriptedVoice {
  readonly #vocabulary: Vocabulary;
  readonly #pieces: readonly string[];
  readonly #gates: readonly (readonly Turnstile[])[];
  #said = '';
  #passed = 0;
  /** The rest of a character that is more than one token. */
  #inside: Token[] = [];

  constructor(vocabulary: Vocabulary, reply: ScriptedReply) {
    this.#vocabulary = vocabulary;
    this.#pieces = piecesOf(reply);
    this.#gates = gatesOf(reply, this.#pieces.length);
  }

  /** How many tokens it takes to say everything. */
  get tokens(): number {
    return this.#pieces.reduce((count, piece) => count + this.#vocabulary.tokensOf(piece), 0);
  }

  /** Goes on where the model stands: it holds `text` after the prompt, of which the engine may have written a part. */
  resume(text: string): void {
    const script = this.#pieces.join('');
    if (!script.startsWith(text)) throw new Error(`the engine went on with ${JSON.stringify(text)}`);
    this.#said = text;
    this.#inside = [];
  }

  /** Waits where the script does, until the turnstile lets it pass; a wait that is stopped has no next token. */
  async wait(signal: AbortSignal): Promise<void> {
    const { piece, within } = this.#place();
    if (within > 0) return;
    for (; this.#passed <= piece; this.#passed++) {
      for (const gate of this.#gates[this.#passed] ?? []) {
        await gate.wait(signal);
        signal.throwIfAborted();
      }
    }
  }

  /** What makes the sampler draw the next token of the script; at its end nothing but an end is left, as in a grammar. */
  bias(isHeld: boolean): TokenBias {
    const bias = new TokenBias(this.#vocabulary.model.tokenizer);
    const { piece, within } = this.#place();
    const rest = this.#pieces[piece]?.slice(within) ?? '';
    if (rest === '') return isHeld ? bias : this.#vocabulary.silence;
    if (this.#inside.length === 0) {
      const tokens = this.#vocabulary.beginningsOf(rest);
      // A grammar may end in the middle of the longest one, so the shorter ones are likely too.
      for (const [at, token] of tokens.entries()) bias.set([token], { logit: CERTAIN * (at + 1) });
      if (tokens.length > 0) return bias;
      this.#inside = this.#vocabulary.partsOf(rest);
    }
    return bias.set(this.#inside.slice(0, 1), { logit: CERTAIN });
  }

  /** The engine drew `token`. One that the script does not have is the end mark of a grammar. */
  drew(token: Token): void {
    if (this.#inside[0] === token) {
      this.#inside.shift();
      if (this.#inside.length === 0) this.#said += characterAt(this.#rest());
      return;
    }
    if (this.#vocabulary.model.isEogToken(token)) return;
    const text = this.#vocabulary.textOf(token);
    if (this.#rest().startsWith(text)) this.#said += text;
    else if (text.trim() !== '') throw new Error(`the engine drew ${JSON.stringify(text)} off the script`);
  }

  #rest(): string {
    return this.#pieces.join('').slice(this.#said.length);
  }

  #place(): { piece: number; within: number } {
    let within = this.#said.length;
    let piece = 0;
    for (; piece < this.#pieces.length && within >= (this.#pieces[piece] as string).length; piece++) {
      within -= (this.#pieces[piece] as string).length;
    }
    return { piece, within };
  }
}

/** The tokens of a model by their text. */
export class Vocabulary {
  readonly model: LlamaModel;
  /** Forbids everything; an end of the text cannot be forbidden. */
  readonly silence: TokenBias;
  readonly #tokens: Map<string, Token> = new Map();
  #longest = 0;

  constructor(model: LlamaModel) {
    this.model = model;
    this.silence = new TokenBias(model.tokenizer);
    for (const token of model.iterateAllTokens()) {
      this.silence.set([token], 'never');
      const text = this.textOf(token);
      if (text === '' || text.includes('\ufffd') || model.isSpecialToken(token)) continue;
      this.#tokens.set(text, token);
      this.#longest = Math.max(this.#longest, text.length);
    }
  }

  textOf(token: Token): string {
    return this.model.detokenize([token], true);
  }

  /** The tokens that `text` begins with, the shortest first. */
  beginningsOf(text: string): Token[] {
    const lengths = Array.from({ length: Math.min(this.#longest, text.length) }, (_, i) => i + 1);
    return lengths.flatMap((length) => this.#tokens.get(text.slice(0, length)) ?? []);
  }

  /** How many tokens say `text`, the longest each time. */
  tokensOf(text: string): number {
    let count = 0;
    for (let rest = text; rest !== ''; ) {
      const token = this.beginningsOf(rest).at(-1);
      const said = token === undefined ? characterAt(rest) : this.textOf(token);
      count += token === undefined ? this.partsOf(rest).length : 1;
      rest = rest.slice(said.length);
    }
    return count;
  }

  /** The tokens of the first character of `text`. */
  partsOf(text: string): Token[] {
    return this.model.tokenize(characterAt(text));
  }
}

function characterAt(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) as number);
}

/** The pieces of a reply as the chat template of the model writes them. */
function piecesOf({ thinking = [], deltas = [], toolCalls = [] }: ScriptedReply): string[] {
  const thought = thinking.length > 0 ? ['<think>\n', ...thinking, '\n</think>\n\n'] : [];
  const calls = toolCalls.map(
    ({ name, args }) => `<tool_call>{"name": "${name}", "arguments": ${spaced(args)}}</tool_call>`,
  );
  return [...thought, ...deltas, ...calls].filter((piece) => piece !== '');
}

/** A flat object as JSON with a space after colons and commas, which is what the template has. */
function spaced(args: object | string): string {
  const members = Object.entries(args).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{${members.join(', ')}}`;
}

/** The turnstiles before each piece, and before the end. */
function gatesOf({ fault = [] }: ScriptedReply, pieces: number): Turnstile[][] {
  const gates: Turnstile[][] = Array.from({ length: pieces + 1 }, () => []);
  for (const one of [fault].flat()) {
    if (one.kind === 'stall') gates[Math.min(one.after ?? 0, pieces)]?.push(one.until);
    if (one.kind === 'drip') for (const before of gates) before.push(one.turnstile);
  }
  return gates;
}
