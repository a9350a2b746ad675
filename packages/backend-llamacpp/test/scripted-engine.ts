import type { ExamScript, ProviderRequest } from '@melliflow/backend-conformance';
import type { ScriptedReply } from '@melliflow/backend-conformance/servers';
import {
  type Llama,
  LlamaChat,
  LlamaCompletion,
  LlamaContextSequence,
  LlamaGrammar,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
} from 'node-llama-cpp';
import type { LlamaInstance } from '../src/index.js';
import { ScriptedVoice, Vocabulary } from './scripted-voice.js';
import { letThink } from './tiny-backend.js';

/**
 * An engine whose model says what a script wants. Everything is real, tokenizer, template, grammars, sampler, context,
 * except which token is the likeliest one: a bias of the sampler, far above what any model gives, decides that.
 */
export interface ScriptedEngine {
  /** What the backend takes as its `client`. */
  readonly client: LlamaInstance;
  /** What the engine was asked. */
  readonly requests: readonly ProviderRequest[];
}

interface Script {
  readonly vocabulary: Vocabulary;
  readonly reply: (prompt: string) => ScriptedReply;
  readonly requests: ProviderRequest[];
}

interface Call {
  readonly voice: ScriptedVoice;
  readonly signal: AbortSignal;
  /** The tokens of the prompt; known when the first of the answer is to be drawn. */
  promptTokens: number | null;
}

const scripts = new WeakMap<LlamaModel, Script>();
const calls = new WeakMap<LlamaContextSequence, Call>();

export function scriptedEngine(llama: Llama, replies: ExamScript['replies']): ScriptedEngine {
  const requests: ProviderRequest[] = [];
  let next = 0;
  const reply = (prompt: string): ScriptedReply =>
    typeof replies === 'function'
      ? replies(prompt)
      : (replies[Math.min(next++, replies.length - 1)] as ScriptedReply);
  const client: LlamaInstance = {
    cpuMathCores: llama.cpuMathCores,
    async loadModel(options) {
      const model = await llama.loadModel(options);
      if (typeof replies !== 'function' && replies.some(({ thinking }) => thinking)) letThink(model);
      scripts.set(model, { vocabulary: new Vocabulary(model), reply, requests });
      return model;
    },
  };
  return { client, requests };
}

interface Options {
  readonly signal?: AbortSignal;
  readonly maxTokens?: number;
}

/** Writes down a call of the engine, and makes its sequence speak by the script while it runs. */
async function scripted<O extends Options, R>(
  sequence: LlamaContextSequence,
  prompt: string,
  options: O,
  answer: (options: O) => Promise<R>,
): Promise<R> {
  const script = scripts.get(sequence.model);
  if (script === undefined) return answer(options);
  const { signal = new AbortController().signal } = options;
  const { request, end } = requestOf(prompt, options);
  script.requests.push(request);
  try {
    const reply = script.reply(prompt);
    const voice = new ScriptedVoice(script.vocabulary, reply);
    calls.set(sequence, { voice, signal, promptTokens: null });
    const limit = reply.finish === 'length' && { maxTokens: voice.tokens };
    return await answer({ ...options, ...limit });
  } finally {
    calls.delete(sequence);
    end();
  }
}

function requestOf(prompt: string, options: object): { request: ProviderRequest; end(): void } {
  let open = true;
  let close = (_at: number): void => undefined;
  const closed = new Promise<number>((resolve) => {
    close = resolve;
  });
  const request = {
    text: `${prompt} ${JSON.stringify(options, (_, value) => (value instanceof LlamaGrammar ? value.grammar : value))}`,
    prompts: [prompt],
    closed: () => closed,
    get open() {
      return open;
    },
  };
  const end = (): void => {
    open = false;
    close(performance.now());
  };
  return { request, end };
}

/** Whether a grammar decides what may come next. */
function isHeld({ grammarEvaluationState: state }: SequenceEvaluateOptions): boolean {
  return (typeof state === 'function' ? state() : state) !== undefined;
}

const { generateResponse } = LlamaChat.prototype;
LlamaChat.prototype.generateResponse = function (this: LlamaChat, history, options = {}) {
  return scripted(this.sequence, JSON.stringify(history), options, (all) =>
    generateResponse.call(this, history, all),
  );
} as typeof generateResponse;

const { generateCompletionWithMeta } = LlamaCompletion.prototype;
LlamaCompletion.prototype.generateCompletionWithMeta = function (this: LlamaCompletion, input, options = {}) {
  const sequence: LlamaContextSequence = Reflect.get(this, '_sequence');
  const prompt = sequence.model.detokenize(input as Token[]);
  return scripted(sequence, prompt, options, (all) => generateCompletionWithMeta.call(this, input, all));
};

const { evaluateWithMetadata } = LlamaContextSequence.prototype;
LlamaContextSequence.prototype.evaluateWithMetadata = async function* (
  this: LlamaContextSequence,
  tokens: Token[],
  metadata: object,
  options: SequenceEvaluateOptions,
) {
  const call = calls.get(this);
  if (call === undefined) return yield* evaluateWithMetadata.call(this, tokens, metadata, options);
  const { voice, signal } = call;
  const held = [...this.contextTokens, ...tokens];
  call.promptTokens ??= held.length;
  voice.resume(this.model.detokenize(held.slice(call.promptTokens), true));
  const outputs = evaluateWithMetadata.call(this, tokens, metadata, {
    ...options,
    tokenBias: () => voice.bias(isHeld(options)),
  });
  try {
    for (let replacement: unknown; ; ) {
      await voice.wait(signal);
      const { value, done } = await outputs.next(replacement as Token | undefined);
      if (done) return;
      voice.drew(value.token);
      replacement = yield value;
    }
  } finally {
    await outputs.return();
  }
} as typeof evaluateWithMetadata;
