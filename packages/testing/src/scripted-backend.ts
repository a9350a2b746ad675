import {
  Backend,
  type BackendCapabilities,
  type BackendError,
  type ChatMessage,
  type ContextCall,
  type FinishReason,
  type Formatter,
  type GenerationEvent,
  IncompleteStreamError,
  type ModelOptions,
  type Part,
  type RawCall,
  type RawItem,
  type TokenUsage,
} from '@melliflow/core';
import { batchUnderLimit, defaultCapabilities, PlainFormatter } from '@melliflow/core/implement';
import { aborted, pause } from './pause.js';

/** One answer of the script. */
export interface ScriptedAnswer {
  /** The text, in the pieces in which it arrives. */
  deltas?: readonly string[] | undefined;
  /** A pause before each piece; an abort ends it at once. Default: none. */
  delayMs?: number | undefined;
  /** Thrown after the pieces. */
  error?: unknown;
  thinking?: string | undefined;
  toolCalls?: readonly { id?: string | undefined; name: string; args: Record<string, unknown> }[] | undefined;
  usage?: TokenUsage | undefined;
  /** How it ends. Default `stop`, or `tool_calls` when there are some. Null: it ends without its end marker. */
  finish?: FinishReason | null | undefined;
  /** It never ends by itself, only by an abort. */
  hangs?: boolean | undefined;
}

/** A call as the backend got it. */
export interface ScriptedCall {
  readonly kind: 'context' | 'raw';
  /** What a model would have been sent: the view and the action as text, with a blank line between. */
  readonly prompt: string;
  readonly action: Part;
  readonly view: readonly Part[];
  readonly modelOptions: ModelOptions;
  readonly signal: AbortSignal;
  /** How many pieces were taken so far. */
  deltasTaken: number;
}

export interface ScriptedBackendInit {
  modelId?: string | undefined;
  modelOptions?: ModelOptions | undefined;
  /** Prints the prompts. Default: plain text, without templates. */
  formatter?: Formatter | undefined;
  /** What it claims beside streaming, raw, format, tools and seed. */
  capabilities?: Partial<BackendCapabilities> | undefined;
}

/**
 * A backend that answers call after call by a script (the last answer repeats) and records what it was asked.
 *
 * @example
 * const backend = new ScriptedBackend([{ deltas: ['Hel', 'lo.'] }]);
 * const [thunk] = await backend.generateFromContext('Say hello.', new SimpleContext());
 * await thunk.avalue(); // 'Hello.'
 */
export class ScriptedBackend extends Backend {
  /** The contract that this class is written for, whatever core it is installed with. */
  override readonly contract: 1 = 1;
  readonly provider: string = 'scripted';
  readonly modelId: string;
  override readonly modelOptions: ModelOptions;
  override readonly formatter: Formatter;
  override readonly capabilities: BackendCapabilities;
  /** The calls so far, oldest first. */
  readonly calls: ScriptedCall[] = [];
  /** @internal */
  readonly _script: readonly ScriptedAnswer[];

  /** @throws TypeError when the script has no answer. */
  constructor(script: readonly ScriptedAnswer[], init: ScriptedBackendInit = {}) {
    super();
    if (!Array.isArray(script) || script.length === 0)
      throw new TypeError('The script needs at least one answer.');
    this._script = script;
    this.modelId = init.modelId ?? 'scripted';
    this.modelOptions = init.modelOptions ?? {};
    this.formatter = init.formatter ?? new PlainFormatter();
    this.capabilities = {
      ...defaultCapabilities,
      format: true,
      tools: true,
      seed: true,
      ...init.capabilities,
    };
  }

  async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    const { answer, record } = this._take('context', call.action, call.view, call);
    yield { type: 'prompt', prompt: messagesOf(record.prompt) };
    if (answer.thinking) yield { type: 'thinking', text: answer.thinking };
    for (const text of answer.deltas ?? []) {
      await pause(answer.delayMs, call.signal);
      if (call.signal.aborted) return;
      record.deltasTaken += 1;
      yield { type: 'text', text };
    }
    if (answer.hangs) await aborted(call.signal);
    for (const toolCall of answer.toolCalls ?? []) yield { type: 'tool_call', ...toolCall };
    if (answer.usage) yield { type: 'usage', usage: answer.usage };
    if (answer.error !== undefined) throw answer.error;
    if (answer.finish !== null) yield { type: 'finish', reason: finishOf(answer) };
  }

  async _generateFromRaw(call: RawCall): Promise<(RawItem | BackendError)[]> {
    const origin = { provider: this.provider, model: this.modelId };
    return batchUnderLimit(call, origin, async (action) => {
      const { answer, record } = this._take('raw', action, [], call);
      await pause(answer.delayMs, call.signal);
      if (answer.hangs) await aborted(call.signal);
      call.signal.throwIfAborted();
      if (answer.error !== undefined) throw answer.error;
      if (answer.finish === null)
        throw new IncompleteStreamError('scripted: the reply ended without its end marker.', origin);
      const text = (answer.deltas ?? []).join('');
      const { usage, thinking } = answer;
      return { text, finishReason: finishOf(answer), usage, thinking, prompt: record.prompt };
    });
  }

  /** @internal */
  _take(
    kind: ScriptedCall['kind'],
    action: Part,
    view: readonly Part[],
    { modelOptions, signal }: Pick<ContextCall, 'modelOptions' | 'signal'>,
  ): { answer: ScriptedAnswer; record: ScriptedCall } {
    const prompt = [...view, action].map((part) => this.formatter.print(part)).join('\n\n');
    const record: ScriptedCall = { kind, prompt, action, view, modelOptions, signal, deltasTaken: 0 };
    this.calls.push(record);
    const answer = this._script[Math.min(this.calls.length, this._script.length) - 1] as ScriptedAnswer;
    return { answer, record };
  }
}

function finishOf(answer: ScriptedAnswer): FinishReason {
  return answer.finish ?? (answer.toolCalls?.length ? 'tool_calls' : 'stop');
}

function messagesOf(prompt: string): ChatMessage[] {
  return [{ role: 'user', content: prompt }];
}
