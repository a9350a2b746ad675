/** The part of TGI's own replies that is read. */
interface Generation {
  readonly generated_text?: unknown;
  readonly details?: Details | null | undefined;
  /** Of a stream: one token an event; text and details stand in the last. */
  readonly token?: Token | undefined;
  readonly top_tokens?: readonly Token[] | undefined;
}

interface Details {
  readonly finish_reason?: unknown;
  readonly generated_tokens?: unknown;
  readonly input_length?: unknown;
  readonly prefill?: readonly unknown[] | undefined;
  readonly tokens?: readonly Token[] | undefined;
  readonly top_tokens?: readonly (readonly Token[])[] | undefined;
}

interface Token {
  readonly text: string;
  readonly logprob?: number | null | undefined;
  readonly special?: boolean | undefined;
}

/** A completion as OpenAI's wire has it. */
type Completion = Readonly<Record<string, unknown>>;

/** TGI says why a whole text ended only where details were asked for. */
const UNTOLD = 'untold';

/** Whether a document is of TGI's own form: a text, a list of such, or an event of its stream. */
export function isGeneration(document: unknown): boolean {
  const first: unknown = Array.isArray(document) ? document[0] : document;
  return typeof first === 'object' && first !== null && ('generated_text' in first || 'token' in first);
}

/** A whole reply in TGI's own form as a completion: one text, or a list of one per prompt. */
export function fromHfGeneration(document: unknown): Completion {
  const generations = (Array.isArray(document) ? document : [document]) as readonly Generation[];
  const details = generations.map((generation) => generation?.details ?? {});
  return {
    choices: generations.map((generation, index) => ({
      index,
      text: generation?.generated_text,
      finish_reason: generation?.details ? generation.details.finish_reason : UNTOLD,
      logprobs: logprobsOf(details[index]),
    })),
    ...(details.every(({ generated_tokens }) => generated_tokens !== undefined) && {
      usage: {
        prompt_tokens: sum(details.map(({ input_length, prefill }) => input_length ?? prefill?.length)),
        completion_tokens: sum(details.map(({ generated_tokens }) => generated_tokens)),
      },
    }),
  };
}

/** The events of TGI's stream as a completion; the last of them has the text, and why it ended. */
export function fromHfTokens(events: readonly Generation[]): Completion {
  const last = events.findLast(({ details }) => details);
  const tokens = events.flatMap(({ token }) => token ?? []);
  const top_tokens = events.map((event) => event.top_tokens ?? []);
  return fromHfGeneration({ ...last, details: { ...last?.details, tokens, top_tokens } });
}

/** Special tokens are no part of the text. */
function logprobsOf({ tokens, top_tokens }: Details = {}): object | undefined {
  if (!Array.isArray(tokens)) return undefined;
  const shown = tokens.flatMap((token: Token, i) =>
    token.special ? [] : { token, top: top_tokens?.[i] ?? [] },
  );
  return {
    tokens: shown.map(({ token }) => token.text),
    token_logprobs: shown.map(({ token }) => token.logprob),
    top_logprobs: shown.map(({ top }) => Object.fromEntries(top.map(({ text, logprob }) => [text, logprob]))),
  };
}

function sum(counts: readonly unknown[]): number {
  return counts.reduce<number>((all, count) => all + (typeof count === 'number' ? count : 0), 0);
}
