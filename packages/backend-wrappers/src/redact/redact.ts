import type {
  Backend,
  BackendError,
  ChatMessage,
  ContextCall,
  GenerationEvent,
  ModelOptions,
  Part,
  RawCall,
  RawItem,
  ResolvedFormat,
} from '@melliflow/core';
import { promptOf, rawPromptOf } from '../what-is-sent.js';
import { WrappingBackend } from '../wrapping-backend.js';
import { redactedSchema } from './redacted-data.js';
import { redactedAction, redactedParts } from './redacted-parts.js';
import { redactedTools } from './redacted-tools.js';
import { type RedactOptions, type TextRedactor, textRedactor } from './text-redactor.js';

/** A backend that sends prompts without what must stay here. Made by `redact`. */
export class RedactingBackend extends WrappingBackend {
  /** @internal */
  readonly _redact: TextRedactor;

  /** @throws TypeError that names the setting, what it got and what it takes. */
  constructor(inner: Backend, options: RedactOptions) {
    super(inner);
    this._redact = textRedactor(options);
  }

  override _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    return this.inner._generateFromContext(this._clean(call));
  }

  override async _generateFromRaw(call: RawCall): Promise<readonly (RawItem | BackendError)[]> {
    const actions = call.actions.map((action) => this._cleanAction(action));
    return this.inner._generateFromRaw({ ...call, actions, ...this._cleanSettings(call) });
  }

  override _promptOf(call: ContextCall): ChatMessage[] {
    return promptOf(this.inner, this._clean(call));
  }

  override _rawPromptOf(action: Part): string {
    return rawPromptOf(this.inner, this._cleanAction(action));
  }

  /** @internal */
  _clean(call: ContextCall): ContextCall {
    const shown = [...call.view, call.action].flatMap((part) =>
      redactedParts(part, this.inner.formatter, this._redact),
    );
    const action = shown.pop() ?? call.action;
    const tools = redactedTools(call.tools, this._redact);
    return { ...call, view: shown, action, tools, ...this._cleanSettings(call) };
  }

  /** @internal */
  _cleanAction(action: Part): Part {
    return redactedAction(action, rawPromptOf(this.inner, action), this._redact);
  }

  /** @internal */
  _cleanSettings({ modelOptions, format }: Pick<ContextCall, 'modelOptions' | 'format'>): {
    modelOptions: ModelOptions;
    format: ResolvedFormat | null;
  } {
    const { systemPrompt } = modelOptions;
    return {
      modelOptions:
        systemPrompt === undefined
          ? modelOptions
          : { ...modelOptions, systemPrompt: this._redact(systemPrompt) },
      format: format && { ...format, schema: redactedSchema(format.schema, this._redact) },
    };
  }
}

/**
 * Takes texts out of what a model is sent: messages, results and arguments of tools in them, raw prompts, the system
 * prompt, descriptions of tools and of formats. The prompt that hooks and logs are told is the clean one.
 *
 * It does not see images, `providerOptions`, stop sequences, names and allowed values of arguments, and what spans two
 * messages; and it does not touch the answer.
 *
 * @throws TypeError that names the setting, what it got and what it takes.
 *
 * @example
 * const backend = redact(new OpenAIBackend({ modelId: 'gpt-5' }), { patterns: [/\b\d{16}\b/] });
 */
export function redact(backend: Backend, options: RedactOptions): RedactingBackend {
  return new RedactingBackend(backend, options);
}
