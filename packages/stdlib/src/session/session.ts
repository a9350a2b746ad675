/// <reference lib="esnext.disposable" preserve="true" />
import {
  type Backend,
  blockify,
  type ChatMessage,
  type ComponentLike,
  type Context,
  type ModelOptions,
  type ModelOutputThunk,
  type Requirement,
  type ValidationResult,
} from '@melliflow/core';
import { describe, mergeModelOptions, newId, supportedBackend } from '@melliflow/core/implement';
import { validated } from '@melliflow/schema';
import { type StreamChunkingResult, streamWithChunking } from '@melliflow/streaming';
import type { ToolMessage } from '../components/tool-message.js';
import { isSimpleContext, SimpleContext } from '../contexts/simple-context.js';
import { validateAll } from '../requirements/validate-all.js';
import { startAct } from './act.js';
import type { ActOptions, Formatted } from './act-options.js';
import { requirementsOf } from './act-plan.js';
import { contextToValidate } from './context-to-validate.js';
import { runWith } from './current-session.js';
import { History } from './history.js';
import { runCalledTools } from './run-called-tools.js';
import { SessionEndedError } from './session-ended-error.js';
import { SessionHome } from './session-home.js';
import { tell } from './session-hooks.js';
import type { SessionInit } from './session-init.js';
import { SessionSignal } from './session-signal.js';
import { type Action, type AnswerWithTools, SessionVerbs, type VerbResult } from './session-verbs.js';
import type { StartedAct } from './started-act.js';
import { StreamTurn } from './stream-turn.js';
import type { RunningTurn } from './turn.js';
import type { SamplingResults, StreamOptions, ValidateOptions } from './verb-options.js';

/**
 * A backend with a past. Each verb adds a turn to `ctx`; the plain form waits for the answer, the `a`-form gives the
 * thunk at once and generates in the background. On a context that shows the model its past, calls wait for one
 * another in call order; on a `SimpleContext` they run in parallel.
 *
 * @example
 * await using m = await startSession();
 * const answer = await m.instruct('Write to Ann.', { requirements: ['be formal'] });
 * console.log(answer.value);
 */
export class Session extends SessionVerbs {
  readonly id: string;
  readonly backend: Backend;
  readonly modelOptions: ModelOptions;
  /** @internal */
  _history: History;
  /** @internal */
  _lastThunk: ModelOutputThunk<unknown> | null = null;
  /** @internal */
  readonly _signal: SessionSignal = new SessionSignal();
  /** @internal */
  readonly _home: SessionHome;
  /** @internal As it was given: `backend` may be bound to the plugins. */
  readonly _given: Backend;
  /** @internal */
  _ended: Promise<void> | null = null;

  /**
   * @throws TypeError when a value is not what its name says, or something in `plugins` is no plugin.
   * @throws UnsupportedFeatureError (`unsupported_feature`) when the backend is of a contract that this core does not
   * know.
   */
  constructor(init: SessionInit) {
    super();
    const { backend, ctx = new SimpleContext(), modelOptions = {}, plugins, _home } = init;
    if (typeof backend?.generateFromContext !== 'function') {
      throw new TypeError(
        `Session: backend must be a Backend, got ${describe(backend)}; startSession takes names.`,
      );
    }
    this.modelOptions = mergeModelOptions({}, modelOptions);
    this._history = new History(ctx);
    this._home = _home ?? new SessionHome(newId(), plugins);
    this.id = this._home.sessionId;
    this._given = supportedBackend(backend);
    this.backend = this._home.bound(this._given);
  }

  /** The past, with the turns that still run; those that failed are not in it. */
  get ctx(): Context {
    return this._history.ctx;
  }

  /** Gives the session another past. Calls that run do not become part of it. */
  set ctx(ctx: Context) {
    this._history.ctx = ctx;
  }

  /**
   * Streams an answer that is cut into chunks and checked chunk by chunk. What passed becomes part of the past.
   *
   * @throws As `streamWithChunking`.
   */
  async stream<T>(
    action: Action<unknown>,
    options: StreamOptions & Formatted<T>,
  ): Promise<StreamChunkingResult<T>>;
  async stream<S = string>(action: Action<S>, options?: StreamOptions): Promise<StreamChunkingResult<S>>;
  async stream<S>(action: Action<S>, options: StreamOptions = {}): Promise<StreamChunkingResult<S>> {
    const part = blockify(action);
    const { requirements, format, ...given } = this._options(options);
    const { stream } = await this._take(options.signal, async (ctx, signal) => {
      const stream = await streamWithChunking<S>(part as ComponentLike<S>, this.backend, ctx, {
        ...given,
        requirements: requirementsOf(part, requirements),
        format: format && validated(format),
        signal,
      });
      const turn = new StreamTurn(part, stream as StreamChunkingResult<unknown>);
      this._lastThunk = stream.thunk as ModelOutputThunk<unknown>;
      return { stream, turn, thunk: turn.thunk };
    });
    return stream;
  }

  /**
   * The verdicts on the last output, or on one that is given, in the order of the requirements. It waits for the
   * output and adds no turn. A judge is shown its own question only, whatever the context shows.
   *
   * @throws TypeError for an `input` without `output`.
   * @throws Whatever a validator throws.
   */
  async validate(
    requirements: Requirement | string | readonly (Requirement | string)[],
    options: ValidateOptions = {},
  ): Promise<ValidationResult[]> {
    this._checkOpen();
    const list = [requirements].flat() as readonly Requirement[];
    const { output, input, ...given } = this._options(options);
    const validating = async (signal: AbortSignal): Promise<ValidationResult[]> => {
      const judged = await contextToValidate({ output, input }, () => this._history.begun());
      const verdicts = await validateAll(list, judged, this.backend, { ...given, signal });
      return verdicts.map(([, verdict]) => verdict);
    };
    return this._home.runInScope(() => this._signal.during(options.signal, validating));
  }

  /** The same as `validate`: verdicts are not lazy. */
  async avalidate(
    requirements: Requirement | string | readonly (Requirement | string)[],
    options?: ValidateOptions,
  ): Promise<ValidationResult[]> {
    return this.validate(requirements, options);
  }

  /** What the model was sent in the last generation that this session began; null before the backend has said it. */
  lastPrompt(): string | ChatMessage[] | null {
    return this._lastThunk?.generateLog?.prompt ?? null;
  }

  /**
   * A session of its own with the same backend and plugins, whose past begins as this one's is now.
   *
   * @throws SessionEndedError (`session_ended`) after `cleanup()`.
   */
  clone(): Session {
    this._checkOpen();
    return cloneOf(this);
  }

  /**
   * Forgets the past, at once; what runs goes on without becoming part of it. Resolves when plugins were told.
   *
   * @throws SessionEndedError (`session_ended`) after `cleanup()`.
   */
  async reset(): Promise<void> {
    this._checkOpen();
    const { id: sessionId, ctx: previousContext } = this;
    this.ctx = previousContext.resetToNew();
    await this._home.runInScope(() => tell(this, 'session_reset', { sessionId, previousContext }));
  }

  /**
   * Ends the session: aborts what still runs, forgets the past, and frees a backend that `startSession` made, once
   * the last of its clones has ended too. Answers that were computed stay as they are; later calls reject.
   */
  async cleanup(): Promise<void> {
    this._ended ??= this._end();
    await this._ended;
  }

  /**
   * Calls `fn`; in it, and in all that it awaits, `getSession()` gives this session, and its plugins are told of
   * everything, such as tools that `fn` calls.
   *
   * @throws SessionEndedError (`session_ended`) after `cleanup()`.
   * @throws UnsupportedFeatureError (`unsupported_feature`) where the runtime has no AsyncLocalStorage.
   */
  run<T>(fn: () => T): T {
    this._checkOpen();
    return runWith(this, () => this._home.runInScope(fn));
  }

  /** The same as `cleanup`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cleanup();
  }

  /** What `JSON.stringify` shows: no backend, since that may hold credentials. */
  toJSON(): Record<string, unknown> {
    const { provider, modelId } = this.backend;
    return { id: this.id, provider, modelId, ctx: this.ctx };
  }

  /** @internal */
  async _start<S>(action: Action<S>, options: ActOptions): Promise<ModelOutputThunk<S>> {
    const isRead = !isSimpleContext(this.ctx);
    const { thunk } = await this._begin(action, options, isRead);
    return thunk;
  }

  /** @internal */
  async _finish<S>(
    action: Action<S>,
    { returnSamplingResults = false, ...options }: ActOptions & SamplingResults<boolean>,
  ): Promise<VerbResult<S, boolean>> {
    const started = await this._begin(action, options);
    return returnSamplingResults ? started.sampled() : started.answer();
  }

  /** @internal */
  async _finishWithTools<S>(action: Action<S>, options: ActOptions): Promise<AnswerWithTools<S>> {
    const results: ToolMessage[] = [];
    const runTools = async (begun: StartedAct<S>, signal?: AbortSignal): Promise<void> => {
      results.push(...(await runCalledTools(begun as StartedAct<unknown>, this.backend, signal)));
    };
    // Where no tools are offered there is nothing that later calls have to wait for.
    const started = await this._begin(action, options, false, options.toolCalls ? runTools : undefined);
    if (!options.toolCalls) await runTools(started, options.signal);
    return { answer: await started.answer(), results };
  }

  /** @internal What `complete` does belongs to the turn: calls behind it wait for that too. */
  async _begin<S>(
    action: Action<S>,
    options: ActOptions,
    isRead = false,
    complete?: (begun: StartedAct<S>, signal: AbortSignal) => Promise<void>,
  ): Promise<StartedAct<S>> {
    const given = this._options(options);
    return this._take(options.signal, async (ctx, signal) => {
      const about = { sessionId: this.id, isRead };
      const started = await startAct<S>(action, ctx, this.backend, { ...given, signal }, about);
      this._lastThunk = started.thunk as ModelOutputThunk<unknown>;
      if (complete) await complete(started, signal);
      return started;
    });
  }

  /** @internal A call in its place among the others. */
  async _take<T extends RunningTurn>(
    own: AbortSignal | undefined,
    begin: (ctx: Context, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this._checkOpen();
    return this._home.runInScope(() =>
      this._signal.whileRunning(own, (signal) => this._history.take((ctx) => begin(ctx, signal))),
    );
  }

  /** @internal */
  _options<O extends { modelOptions?: ModelOptions | undefined }>(options: O): O {
    return { ...options, modelOptions: mergeModelOptions(this.modelOptions, options.modelOptions) };
  }

  /** @internal */
  _checkOpen(): void {
    if (this._ended)
      throw new SessionEndedError('The session was cleaned up: start a new one with startSession().');
  }

  /** @internal */
  async _end(): Promise<void> {
    const { id: sessionId, ctx: context } = this;
    await this._signal.abort();
    const interactionCount = context.asList().length;
    try {
      await this._home.runInScope(() =>
        tell(this, 'session_cleanup', { sessionId, context, interactionCount }),
      );
    } finally {
      this.ctx = context.resetToNew();
      await this._home.leave();
    }
  }
}

// Outside the class: a class that names itself is renamed when it is bundled, and shows as `_Session`.
function cloneOf(session: Session): Session {
  const { _given: backend, modelOptions } = session;
  const copy = new Session({ backend, modelOptions, _home: session._home.join(newId()) });
  copy._history = session._history.clone();
  return copy;
}
