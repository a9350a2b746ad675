import type {
  Backend,
  BackendError,
  ContextCall,
  GenerationEvent,
  RawCall,
  RawItem,
  TokenLogprob,
} from '@melliflow/core';
import { WrappingBackend } from '../wrapping-backend.js';
import { type OutputSettings, outputSettings, type RedactOutputOptions } from './output-settings.js';
import {
  hasMatch,
  isWholeEnd,
  redactedArgs,
  redactedError,
  redactedItem,
  replacedWarning,
  withheldWarning,
  withoutLogprobs,
} from './redacted-answer.js';
import { type Replacements, StreamRedactor } from './stream-redactor.js';

/** A backend whose answers lack what nobody may read. Made by `redactOutput`. */
export class OutputRedactingBackend extends WrappingBackend {
  /** @internal */
  readonly _settings: OutputSettings;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(inner: Backend, options: RedactOutputOptions) {
    super(inner);
    this._settings = outputSettings(options);
  }

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent, void> {
    const answer = new AnswerRedactor(this._settings);
    try {
      for await (const event of this.inner._generateFromContext(call)) yield* answer.take(event);
    } catch (error) {
      throw redactedError(error, this._settings);
    }
  }

  override async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    try {
      const items = await this.inner._generateFromRaw(call);
      return items.map((item) =>
        item && 'text' in item ? redactedItem(item, this._settings) : redactedError(item, this._settings),
      );
    } catch (error) {
      throw redactedError(error, this._settings);
    }
  }

  /** Answers of other settings are other answers. */
  override _identity(): unknown {
    return [super._identity(), 'redactOutput', this._settings.identity];
  }
}

/** One answer as it comes. Without a good end, what is held stays inside. */
class AnswerRedactor {
  readonly settings: OutputSettings;
  readonly channels: Readonly<Record<'thinking' | 'text', StreamRedactor>>;
  readonly logprobs: TokenLogprob[] = [];
  readonly replaced: Replacements = new Map();

  constructor(settings: OutputSettings) {
    this.settings = settings;
    const channel = (): StreamRedactor => new StreamRedactor(settings, this.replaced);
    this.channels = { thinking: channel(), text: channel() };
  }

  /** What may be told now that `event` was. */
  *take(event: GenerationEvent): Generator<GenerationEvent, void> {
    switch (event.type) {
      case 'text':
      case 'thinking': {
        // What is no text is for the checks of the outermost backend.
        if (typeof event.text !== 'string') yield event;
        const text = this.channels[event.type].push(event.text);
        if (text !== '') yield { type: event.type, text };
        return;
      }
      case 'tool_call':
        yield { ...event, args: redactedArgs(event.args, this.settings, this.replaced) };
        return;
      case 'logprobs':
        for (const one of event.logprobs) this.logprobs.push(one);
        return;
      case 'finish':
        yield* this.end(isWholeEnd(event.reason));
        yield event;
        return;
      default:
        yield event;
    }
  }

  *end(isWhole: boolean): Generator<GenerationEvent, void> {
    let withheld = 0;
    for (const type of ['thinking', 'text'] as const) {
      const channel = this.channels[type];
      const text = channel.end(isWhole);
      if (text !== '') yield { type, text };
      withheld += channel.withheld;
    }
    const isReplaced = this.replaced.size > 0;
    if (isReplaced) yield { type: 'warning', warning: replacedWarning(this.replaced) };
    if (withheld > 0) yield { type: 'warning', warning: withheldWarning(withheld) };
    if (this.logprobs.length === 0) return;
    if (isReplaced || withheld > 0 || hasMatch(this.logprobs, this.settings)) {
      yield { type: 'warning', warning: withoutLogprobs };
    } else yield { type: 'logprobs', logprobs: this.logprobs };
  }
}

/**
 * Takes texts out of what a model answers, before any reader sees a part of them, however the answer is cut into
 * pieces: text, thinking, the values of tool arguments, raw batches. Held back is only what may still become a match.
 *
 * An answer that fails, is cancelled or is cut ends before what may have been the beginning of a match. It does not
 * see names of tools and of arguments, what a model spells otherwise, and the prompt: that is `redact`. A warning of kind
 * `changed` counts the replacements by the indices of the patterns.
 *
 * @throws TypeError that names the setting, what it got and what it takes.
 *
 * @example
 * const backend = redactOutput(new OpenAIBackend({ modelId: 'gpt-5' }), { patterns: [/\b\d{16}\b/, 'Falcon'] });
 */
export function redactOutput(backend: Backend, options: RedactOutputOptions): OutputRedactingBackend {
  return new OutputRedactingBackend(backend, options);
}
