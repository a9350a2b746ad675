import {
  ContextLengthError,
  type GenerationEvent,
  InvalidRequestError,
  type TokenUsage,
} from '@melliflow/core';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { fromLlamaCppStop } from './from-llamacpp-stop.js';
import type { LlamaCppClient } from './llamacpp-client.js';
import { heard } from './llamacpp-logprobs.js';
import type { LlamaCppAnswer, LlamaCppCallOptions, LlamaCppPrompt } from './llamacpp-prompts.js';
import { streamText } from './llamacpp-text-stream.js';
import type { LlamaCppToolCall } from './to-llamacpp-tools.js';

/** Tokens of a prompt that are read between two looks at the signal. */
const READ_STEP_TOKENS = 128;

/** What an answer that an abort ended has for an end. */
const ABORTED: LlamaCppAnswer = { reason: 'abort', calls: [] };

/** What a call asks for beside the prompt. */
export interface LlamaCppGenerationInit {
  readonly options: LlamaCppCallOptions;
  readonly signal: AbortSignal;
  /** The share of the room for an answer that thoughts may take. Default: all. */
  readonly thoughtShare?: number | undefined;
  /** How many alternatives to tell with the log probability of each token. Default null: none are told at all. */
  readonly alternatives?: number | null | undefined;
  /** Told of every piece of the answer as it comes. */
  onProgress?(): void;
  /** A call of a tool as an event. */
  toEvent?(call: LlamaCppToolCall): GenerationEvent;
}

/**
 * Answers `prompt`: its text, `usage`, the calls of tools, `finish`. An abort takes hold within one token
 * (while a long prompt is read: within 128), still gives the usage, and then throws the signal's reason.
 *
 * @throws ContextLengthError (`context_length`) when the prompt leaves no room for an answer.
 */
export async function* generate(
  client: LlamaCppClient,
  prompt: LlamaCppPrompt,
  { options, signal, thoughtShare = 1, alternatives = null, onProgress, toEvent }: LlamaCppGenerationInit,
): AsyncGenerator<GenerationEvent, void> {
  const { tokens } = prompt;
  const room = client.contextSize - tokens.length;
  checkRoom(client, tokens.length, room);
  const sequence = await client.sequences.acquire(tokens, signal);
  try {
    const before = sequence.tokenMeter.getState();
    const answered = yield* streamText(signal, async (push, stop) => {
      // What another prompt left behind rounds differently in the last digit, and a seed promises the same text.
      if (options.seed !== undefined) await sequence.clearHistory();
      await readPrompt(sequence, tokens, stop);
      const limits = {
        maxTokens: Math.min(options.maxTokens ?? room, room),
        signal: stop,
        stopOnAbortSignal: true,
      };
      const budgets = thoughtShare < 1 && { budgets: budgetsOf(thoughtShare * limits.maxTokens) };
      const ears = alternatives === null ? null : heard(sequence, alternatives);
      const all = { seed: randomSeed(), ...budgets, ...options, ...limits };
      return prompt.answer(ears?.sequence ?? sequence, all, (text, tokens, type) => {
        onProgress?.();
        const told = ears?.take(tokens) ?? [];
        push(text, type, type === 'thinking' ? [] : told);
      });
    });
    const { reason, calls } = answered ?? ABORTED;
    const { usedOutputTokens } = sequence.tokenMeter.diff(before);
    yield { type: 'usage', usage: usageOf(tokens.length, usedOutputTokens) };
    signal.throwIfAborted();
    if (toEvent) for (const call of calls) yield toEvent(call);
    yield { type: 'finish', reason: fromLlamaCppStop(reason) };
  } finally {
    client.sequences.release(sequence);
  }
}

/** Two tokens are the least the engine needs to go on; with fewer it would drop the prompt's beginning unasked. */
function checkRoom({ path, contextSize }: LlamaCppClient, promptTokens: number, room: number): void {
  const origin = { provider: 'llamacpp', model: path };
  if (promptTokens === 0)
    throw new InvalidRequestError('llamacpp: the prompt is empty; give it some text.', origin);
  if (room >= 2) return;
  throw new ContextLengthError(
    `llamacpp: the prompt has ${promptTokens} tokens, and the context of ${contextSize} takes at most ` +
      `${contextSize - 2} of them. Shorten it, or raise contextSize if the model was trained for more.`,
    origin,
  );
}

/** Reads all of a prompt but its last stretch, step by step, because only between steps an abort can take hold. */
async function readPrompt(sequence: LlamaContextSequence, tokens: Token[], stop: AbortSignal): Promise<void> {
  await sequence.adaptStateToTokens(tokens, false);
  for (let at = sequence.nextTokenIndex; tokens.length - at > READ_STEP_TOKENS; at += READ_STEP_TOKENS) {
    stop.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + READ_STEP_TOKENS));
  }
}

/** The engine's own choice is the clock in seconds: calls of the same second would all give the same text. */
function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function budgetsOf(tokens: number): NonNullable<LlamaCppCallOptions['budgets']> {
  return { thoughtTokens: Math.ceil(tokens), commentTokens: Number.POSITIVE_INFINITY };
}

function usageOf(promptTokens: number, completionTokens: number): TokenUsage {
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}
