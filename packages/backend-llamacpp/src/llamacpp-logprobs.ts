import type { ModelOptions, TokenLogprob } from '@melliflow/core';
import type { LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp';

/** What a token of probability 0 is given, since JSON has no minus infinity; others give the same. */
const LEAST_LOGPROB = -9999;

/** How many alternatives `logprobs` asks for; null where it asks for nothing. */
export function alternativesOf(logprobs: ModelOptions['logprobs']): number | null {
  if (logprobs === undefined || logprobs === false) return null;
  return logprobs === true ? 0 : logprobs;
}

/** A sequence that tells how likely the tokens were that it gave out. */
export interface LlamaCppHeard {
  /** The same sequence: the engine samples from it as ever. */
  readonly sequence: LlamaContextSequence;
  /** The log probabilities of tokens that made it into the answer; what came before them is forgotten. */
  take(tokens: readonly Token[]): TokenLogprob[];
}

interface Sampled {
  readonly token: Token;
  readonly told: TokenLogprob;
}

/**
 * Listens to what a sequence samples. The engine's chats and completions drop the probabilities on their way, so the
 * sequence that they borrow evaluates with them, and only tokens that they hand on as text are taken.
 *
 * @param alternatives How many of the likeliest tokens of each place to tell.
 */
export function heard(sequence: LlamaContextSequence, alternatives: number): LlamaCppHeard {
  const sampled: Sampled[] = [];
  const { model } = sequence;
  // The probabilities of the whole vocabulary come with every token, so they are asked for only when they are told.
  const wanted = { confidence: true, probabilities: alternatives > 0 } as {
    confidence: true;
    probabilities: true;
  };

  async function* evaluate(
    tokens: Token[],
    options?: SequenceEvaluateOptions,
  ): AsyncGenerator<Token, void, Token | Token[] | undefined> {
    const outputs = sequence.evaluateWithMetadata(tokens, wanted, options);
    let before = tokens.slice(-1);
    let replacement: Token | Token[] | undefined;
    try {
      for (;;) {
        const { value, done } = await outputs.next(replacement);
        if (done) return;
        const { token, confidence, probabilities } = value;
        const textOf = (one: Token): string => textAfter(model, before, one);
        const top = alternatives > 0 && { top: likeliest(probabilities, alternatives, textOf) };
        sampled.push({ token, told: { token: textOf(token), logprob: logOf(confidence), ...top } });
        before = [token];
        replacement = yield token;
      }
    } finally {
      await outputs.return();
    }
  }

  return {
    sequence: new Proxy(sequence, {
      get(target, name) {
        if (name === 'evaluate') return evaluate;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
    take(tokens) {
      return tokens.flatMap((token) => {
        const at = sampled.findIndex((one) => one.token === token);
        return at < 0
          ? []
          : sampled
              .splice(0, at + 1)
              .slice(at, at + 1)
              .map(({ told }) => told);
      });
    },
  };
}

/** The first entries of what the engine has sorted already; tokens that cannot come are no alternatives. */
function likeliest(
  probabilities: ReadonlyMap<Token, number>,
  count: number,
  textOf: (token: Token) => string,
): { token: string; logprob: number }[] {
  const top: { token: string; logprob: number }[] = [];
  for (const [token, probability] of probabilities) {
    if (top.length === count || probability <= 0) break;
    top.push({ token: textOf(token), logprob: logOf(probability) });
  }
  return top;
}

/** The text of a token with the space that it has after another; of a part of a character the mark of a broken one. */
function textAfter(model: LlamaModel, before: readonly Token[], token: Token): string {
  const alone = model.detokenize([token], true);
  return alone.includes('\ufffd') ? alone : model.detokenize([token], true, before);
}

function logOf(probability: number): number {
  return Math.max(Math.log(probability), LEAST_LOGPROB);
}
