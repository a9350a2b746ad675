import {
  BackendError,
  type HookContext,
  type Logger,
  MelliflowError,
  type ModelOutputThunk,
} from '@melliflow/core';
import { log, redact, redactedJson } from '@melliflow/core/implement';
import type { AnyHook } from '../hook.js';
import { Plugin } from '../plugin.js';
import { type FinishedCall, onFinished } from './finished-call.js';

/** What is logged, and where to. */
export interface RequestLogInit {
  /** Default: the one of `setLogger`. */
  logger?: Logger | undefined;
  /** Whether prompts and outputs are logged too, without images and what looks like a credential. Default false. */
  content?: boolean | undefined;
  /** Further texts that `content` must not show. */
  secrets?: readonly string[] | undefined;
  /** For errors and logs. Default `requestLog`. */
  name?: string | undefined;
}

/** Logs each finished call in one line: `info` when it succeeded, else `warn`. */
export class RequestLog extends Plugin {
  override readonly name: string;
  readonly init: RequestLogInit;

  constructor(init: RequestLogInit = {}) {
    super();
    this.name = init.name ?? 'requestLog';
    this.init = init;
  }

  override hooks(): readonly AnyHook[] {
    return onFinished((call, context) => this._log(call, context), { mode: 'audit', onError: 'log' });
  }

  /** @internal */
  _log(call: FinishedCall, context: HookContext): void {
    const { logger, content = false, secrets = [] } = this.init;
    const { generationId, kind, latencyMs, error } = call;
    const { sessionId } = context;
    const first = call.outputs[0]?.generation;
    const provider = first?.provider ?? context.provider;
    const model = first?.model ?? context.modelId;
    const fields = {
      generationId,
      sessionId,
      provider,
      model,
      kind,
      latencyMs,
      ...tokensOf(call.outputs),
      finishReason: first?.finishReason ?? null,
      ...(error && { error: factsOf(error) }),
      ...(content && contentOf(call, secrets)),
    };
    const outcome = error ? `failed with ${error.name}` : 'succeeded';
    const message = `${provider} ${model}: a ${kind} generation ${outcome}.`;
    const level = error ? 'warn' : 'info';
    if (logger) logger[level](message, fields);
    else log(level, message, fields);
  }
}

/**
 * A plugin that logs each call in one line: who was asked, what it took, how it ended; neither prompts nor keys.
 *
 * @example
 * register(requestLog({ logger: console }));
 */
export function requestLog(init: RequestLogInit = {}): RequestLog {
  return new RequestLog(init);
}

function tokensOf(outputs: readonly ModelOutputThunk<unknown>[]): Record<string, number> {
  const tokens = { promptTokens: 0, completionTokens: 0 };
  for (const { generation } of outputs) {
    tokens.promptTokens += generation.usage?.promptTokens ?? 0;
    tokens.completionTokens += generation.usage?.completionTokens ?? 0;
  }
  return tokens;
}

/** Not its message: a provider's words may hold the prompt. */
function factsOf(error: Error): Record<string, unknown> {
  return {
    name: error.name,
    ...(MelliflowError.is(error) && { code: error.code }),
    ...(BackendError.is(error) && { status: error.status, requestId: error.requestId }),
  };
}

function contentOf({ prompt, outputs }: FinishedCall, secrets: readonly string[]): Record<string, unknown> {
  return {
    prompt: typeof prompt === 'string' ? redact(prompt, secrets) : redactedJson(prompt, secrets),
    output: outputs.map((output) => redact(output.partialValue, secrets)),
  };
}
