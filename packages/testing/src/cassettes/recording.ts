import type { Backend, GenerationEvent, RawItem } from '@melliflow/core';
import type { CassetteWriter } from './cassette-writer.js';
import { cleanEvents, cleanLogprobs } from './clean-events.js';
import { hashOf, plain } from './plain.js';
import { type RecordedError, recordedError } from './recorded-error.js';
import type { RecordedEvent } from './recorded-event.js';
import { type AskedRequest, cleanPrompt, withoutPrompts } from './request.js';
import type { Clean } from './scrub.js';

/** What the recordings of one cassette share. */
export interface RecordingInit {
  readonly backend: Backend;
  readonly writer: CassetteWriter;
  readonly clean: Clean;
  readonly prompts: 'text' | 'hash';
}

/** One interaction while it is recorded. What is added is copied at once: its consumer may change it. */
export class Recording {
  /** @internal */
  readonly _init: RecordingInit;
  /** @internal */
  readonly _asked: AskedRequest;
  /** @internal */
  readonly _place: number;
  /** @internal */
  readonly _events: RecordedEvent[] = [];
  /** @internal */
  readonly _timesMs: number[] = [];
  /** @internal */
  readonly _startMs: number = performance.now();
  /** @internal */
  _kept: Promise<void> | null = null;

  constructor(asked: AskedRequest, init: RecordingInit) {
    this._asked = asked;
    this._init = init;
    this._place = init.writer.begin();
  }

  /** Adds what happened now. What comes after `keep` is not in the file. */
  add(event: GenerationEvent | RecordedEvent): void {
    this._timesMs.push(Math.round(performance.now() - this._startMs));
    this._events.push(this._copy(event));
  }

  fail(error: unknown): void {
    this.add({ type: 'error', error: recordedError(error, this._init.backend) });
  }

  /** The consumer leaves here. It is written at once, since a backend that ignores an abort never comes to an end. */
  cancel(): void {
    this.add({ type: 'cancelled' });
    if (this._kept) return;
    void Promise.allSettled([this._write()]); // `keep` writes again, and tells what is wrong
  }

  /** It is over. Resolves when it stands in the file, the first time and every time. */
  keep(): Promise<void> {
    this._kept ??= this._write();
    return this._kept;
  }

  /** @internal What comes in pieces is cleaned when it is written, as a whole. */
  _copy(event: GenerationEvent | RecordedEvent): RecordedEvent {
    const { clean } = this._init;
    switch (event.type) {
      case 'text':
      case 'thinking':
      case 'finish':
        return { ...event };
      case 'logprobs':
        return copied(event, (text) => text);
      case 'prompt':
        return event.prompt === undefined ? event : this._promptEvent(event.prompt);
      case 'error':
        return { type: 'error', error: cleanError(event.error, clean) };
      case 'item':
        return {
          type: 'item',
          item: event.item && cleanItem(event.item, clean),
          error: event.error && cleanError(event.error, clean),
        };
      default:
        return { ...copied(event, clean), type: event.type } as RecordedEvent;
    }
  }

  /** @internal */
  _promptEvent(told: string | readonly unknown[]): RecordedEvent {
    if (this._init.prompts === 'hash') return { type: 'prompt' };
    const isList = typeof told !== 'string';
    const prompt = isList
      ? cleanPrompt(told as AskedRequest['sent'], this._init.clean)
      : this._init.clean(told, 'prompt');
    return hashOf(prompt) === hashOf(this._asked.request.prompt)
      ? { type: 'prompt' }
      : { type: 'prompt', prompt };
  }

  /** @internal */
  async _write(): Promise<void> {
    const { writer, clean, prompts } = this._init;
    const { key, request } = this._asked;
    await writer.keep(this._place, {
      key,
      request: prompts === 'hash' ? withoutPrompts(request) : request,
      timesMs: this._timesMs,
      events: cleanEvents(this._events, clean),
    });
  }
}

function copied<T>(value: T, clean: Clean): T {
  return plain(value, clean) as T;
}

function cleanItem({ logprobs, finishReason, ...others }: RawItem, clean: Clean): RawItem {
  const tokens = logprobs && {
    logprobs: cleanLogprobs(
      copied(logprobs, (text) => text),
      clean,
    ),
  };
  return { ...copied(others, clean), ...tokens, finishReason };
}

/** What tells the class of an error stays as it is. */
function cleanError(error: RecordedError, clean: Clean): RecordedError {
  return { ...copied(error, clean), name: error.name, code: error.code };
}
