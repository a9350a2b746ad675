import type {
  Backend,
  BackendError,
  ContextCall,
  GenerationEvent,
  Part,
  RawCall,
  RawItem,
} from '@melliflow/core';
import { promptOf, rawPromptOf } from '../what-is-sent.js';
import { WrappingBackend } from '../wrapping-backend.js';
import type { AnswerStore } from './answer-store.js';
import { type CacheOptions, resolveCache } from './cache-options.js';
import { fromOther, fromStore, ownEvent, unspentEvent, unspentItem } from './from-cache.js';
import { hashOf } from './hash.js';
import { type CacheQuestion, chatQuestion, rawQuestions } from './question.js';
import { isChatKept, isKept, recorded } from './recorded.js';
import { type RunPlan, SharedRuns } from './shared-runs.js';

type RawAnswers = readonly (RawItem | BackendError)[];

/** A backend that answers the same question once. Made by `cache`. */
export class CachingBackend extends WrappingBackend {
  /** @internal */
  readonly _chats: AnswerStore<GenerationEvent[]>;
  /** @internal */
  readonly _items: AnswerStore<RawItem>;
  /** @internal */
  readonly _question: (question: CacheQuestion) => unknown;
  /** @internal */
  readonly _chatRuns: SharedRuns<GenerationEvent> = new SharedRuns();
  /** @internal */
  readonly _rawRuns: SharedRuns<RawAnswers> = new SharedRuns();

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(inner: Backend, options: CacheOptions = {}) {
    super(inner);
    const { question, chats, items } = resolveCache(options);
    this._question = question;
    this._chats = chats;
    this._items = items;
  }

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent, void> {
    const key = await this._keyOf(chatQuestion(this.inner, call));
    if (key === null) {
      yield* this.inner._generateFromContext(call);
      return;
    }
    // Who wants a stream does not wait for a whole reply.
    const runKey = `${key}:${call.streaming ? 'stream' : 'whole'}`;
    const answer = this._chatRuns.has(runKey) ? null : await this._chats.read(key, call.signal);
    if (call.signal.aborted) return;
    if (answer !== null && (await isChatKept(answer, call.format))) {
      yield { type: 'prompt', prompt: promptOf(this.inner, call) };
      yield { type: 'warning', warning: { ...fromStore } };
      for (const event of answer) yield unspentEvent(event);
      return;
    }
    const seat = this._chatRuns.join(runKey, call.signal, this._chatPlan(key, call));
    try {
      if (seat.isGuest) yield { type: 'warning', warning: { ...fromOther } };
      for await (const event of seat.items)
        yield ownEvent(event.type !== 'usage' || seat.pays() ? event : unspentEvent(event));
    } finally {
      await seat.leave();
    }
  }

  override async _generateFromRaw(call: RawCall): Promise<RawAnswers> {
    const questions = rawQuestions(this.inner, call);
    const keys = await Promise.all(questions.map((question) => this._keyOf(question)));
    const found = await Promise.all(keys.map((key) => (key === null ? null : this._kept(key, call))));
    const missing = found.flatMap((item, index) => (item === null ? [index] : []));
    const asks = missing.length > 0 && !call.signal.aborted;
    const answers = asks ? await this._ask(call, missing, keys) : [];
    const results: (RawItem | BackendError)[] = new Array(keys.length);
    for (const [index, item] of found.entries()) {
      if (item === null) continue;
      const prompt = rawPromptOf(this.inner, call.actions[index] as Part);
      results[index] = unspentItem({ ...item, prompt }, fromStore);
    }
    for (const [place, index] of missing.entries()) {
      const answer = answers[place];
      if (answer !== undefined) results[index] = answer;
    }
    return results;
  }

  /** @internal Where nothing can be told apart, or the user says so, null: such questions are not kept. */
  async _keyOf(question: CacheQuestion | null): Promise<string | null> {
    const data = question && this._question(question);
    const hash = data === null || data === undefined ? null : await hashOf([question?.kind, data]);
    return hash && `melliflow:${hash}`;
  }

  /** @internal An item of a raw batch; null also where it does not fit what this call checks by. */
  async _kept(key: string, { signal, format }: RawCall): Promise<RawItem | null> {
    const item = await this._items.read(key, signal);
    return item && (await isKept(item.finishReason, item.text, format)) ? item : null;
  }

  /** @internal */
  _chatPlan(key: string, call: ContextCall): RunPlan<GenerationEvent> {
    return {
      begin: (signal) => this.inner._generateFromContext({ ...call, signal }),
      isLast: ({ type }) => type === 'finish',
      keep: async (events) => {
        const answer = await recorded(events, call.format);
        if (answer) await this._chats.write(key, answer);
      },
    };
  }

  /** @internal What is missing of a batch: shared with who misses the same meanwhile. */
  async _ask(
    call: RawCall,
    missing: readonly number[],
    keys: readonly (string | null)[],
  ): Promise<RawAnswers> {
    const actions = missing.map((index) => call.actions[index] as Part);
    const missed = missing.map((index) => keys[index] ?? null);
    // What has no key is not shared, and nor is a batch that holds it.
    const runKey = missed.includes(null) ? call.generationId : missed.join();
    const seat = this._rawRuns.join(runKey, call.signal, this._rawPlan({ ...call, actions }, missed));
    try {
      for await (const answers of seat.items) {
        if (seat.pays()) return answers;
        return answers.map((one) => (one && 'text' in one ? unspentItem(one, fromOther) : one));
      }
      return [];
    } finally {
      await seat.leave();
    }
  }

  /** @internal */
  _rawPlan(call: RawCall, keys: readonly (string | null)[]): RunPlan<RawAnswers> {
    const { inner, _items } = this;
    return {
      async *begin(signal) {
        yield await inner._generateFromRaw({ ...call, signal });
      },
      isLast: () => true,
      keep: async (all) => {
        const writes = (all[0] ?? []).map(async (item, place) => {
          const key = keys[place] ?? null;
          if (key === null || !item || !('text' in item)) return;
          const { prompt: _, ...kept } = item;
          if (await isKept(item.finishReason, item.text, call.format)) await _items.write(key, kept);
        });
        await Promise.all(writes);
      },
    };
  }
}

/**
 * Answers the same question once: from a store, or together with whoever asks it at the same time. Same means the
 * same model, prompt, options, tools and format. Answers that failed, were cancelled or cut are never kept.
 *
 * An answer from the cache says so by a warning with the option `cache`; its usage is what it cost when it was made,
 * with `details.tokensFromCache` for what was not spent again.
 *
 * @throws TypeError that names the setting, what it got and what it takes.
 *
 * @example
 * const backend = cache(new OpenAIBackend({ modelId: 'gpt-5' }), { ttlMs: 3_600_000 });
 */
export function cache(backend: Backend, options?: CacheOptions): CachingBackend {
  return new CachingBackend(backend, options);
}
