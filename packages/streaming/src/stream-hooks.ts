import type { Backend, HookContext, HookScope, StreamingStartPayload } from '@melliflow/core';
import { captureHooks, log, newId, runInside, scrubbed, textOf } from '@melliflow/core/implement';
import type { StreamEvent } from './stream-events.js';

type Start = Omit<StreamingStartPayload, 'streamId'>;
interface End {
  success: boolean;
  fullText: string;
  /** What was thrown, if anything was. */
  failure: { readonly error: unknown } | null;
}

/** The hooks of one stream: its start, its events if anybody listens to them, and its end, exactly once. */
export class StreamHooks {
  readonly scope: HookScope;
  readonly context: HookContext;
  readonly streamId: string = newId();
  readonly startedAt: number = performance.now();

  constructor(scope: HookScope, backend: Backend) {
    this.scope = scope;
    this.context = { backend, provider: backend.provider, modelId: backend.modelId, sessionId: null };
  }

  /** Rejects when a plugin blocks or throws: then the stream has ended before it began. */
  async start(facts: Start): Promise<void> {
    const { streamId } = this;
    if (!this.scope.has('streaming_start')) return;
    await this.scope.dispatch('streaming_start', { streamId, ...facts }, this.context);
  }

  /** Runs what is part of the stream: what begins in it is told so. */
  inside<R>(fn: () => R): R {
    return runInside(this.scope, fn);
  }

  get hearsEvents(): boolean {
    return this.scope.has('streaming_event');
  }

  /** Rejects when a plugin blocks or throws: then readers do not get the event. */
  async event(event: StreamEvent): Promise<void> {
    const { streamId } = this;
    await this.scope.dispatch('streaming_event', { streamId, event }, this.context);
  }

  /** The outcome stands by now: what a plugin throws goes to the logger. */
  async lastEvent(event: StreamEvent): Promise<void> {
    await this.event(event).catch(notTold('streaming_event'));
  }

  /** As `lastEvent`. */
  async end({ success, fullText, failure }: End): Promise<void> {
    const { streamId, startedAt } = this;
    if (!this.scope.has('streaming_end')) return;
    const latencyMs = performance.now() - startedAt;
    const exception = failure && asError(failure.error);
    await this.scope
      .dispatch('streaming_end', { streamId, success, fullText, exception, latencyMs }, this.context)
      .catch(notTold('streaming_end'));
  }
}

/** The hooks of a stream that begins now; null, after one check, when nobody listens. */
export function captureStreamHooks(backend: Backend): StreamHooks | null {
  const scope = captureHooks(backend);
  return scope && new StreamHooks(scope, backend);
}

/** Validators and chunkings may throw anything. */
function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown));
}

function notTold(type: string): (error: unknown) => void {
  return (error) => log('error', `A plugin failed in ${type}.`, { error: scrubbed(error) });
}
