import type {
  BackendCapabilities,
  BackendError,
  CBlock,
  ComponentLike,
  Context,
  ContextCall,
  GenerateOptions,
  GenerationEvent,
  HookPayloads,
  HookType,
  ModelOutputThunk,
  RawCall,
  RawItem,
} from '@melliflow/core';
import { captureHooks, setHookDispatcher } from '@melliflow/core/implement';
import type { GoodBackend } from './good-backend.js';
import type { Provider } from './provider.js';

/** One change that breaks the good backend. */
export type Break = (backend: GoodBackend, provider: Provider) => void;

/** A break that needs other claims to show. */
export type Mutant = Break | { claims: Partial<BackendCapabilities>; breaks: Break };

type Action = ComponentLike | CBlock | string;
export type Ask = (
  action: Action,
  ctx: Context,
  options?: GenerateOptions,
) => Promise<[ModelOutputThunk, Context]>;
type AskRaw = (
  actions: readonly Action[],
  ctx: Context,
  options?: GenerateOptions,
) => Promise<ModelOutputThunk[]>;
type Events = AsyncIterable<GenerationEvent>;
type RawAnswers = readonly (RawItem | BackendError)[];

/** Sets a member, whatever it was. */
export function set(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** Changes `generateFromContext`. */
export const ask =
  (change: (good: Ask, backend: GoodBackend, provider: Provider) => Ask): Break =>
  (backend, provider) =>
    set(
      backend,
      'generateFromContext',
      change(backend.generateFromContext.bind(backend) as Ask, backend, provider),
    );

/** Changes `generateFromRaw`. */
export const askRaw =
  (change: (good: AskRaw, backend: GoodBackend, provider: Provider) => AskRaw): Break =>
  (backend, provider) =>
    set(
      backend,
      'generateFromRaw',
      change(backend.generateFromRaw.bind(backend) as AskRaw, backend, provider),
    );

/** Changes every thunk before the caller gets it. */
export const thunks = (change: (thunk: ModelOutputThunk, backend: GoodBackend) => void): Break =>
  ask((good, backend) => async (...call) => {
    const [thunk, ctx] = await good(...call);
    change(thunk, backend);
    return [thunk, ctx];
  });

/** Changes `avalue()` of every thunk. */
export const avalue = (
  change: (good: () => Promise<string>, thunk: ModelOutputThunk) => Promise<string>,
): Break =>
  thunks((thunk) => {
    const good = thunk.avalue.bind(thunk);
    set(thunk, 'avalue', () => change(good, thunk));
  });

/** Changes the options of every call. */
export const options = (change: (given: GenerateOptions, backend: GoodBackend) => GenerateOptions): Break =>
  ask(
    (good, backend) =>
      (action, ctx, given = {}) =>
        good(action, ctx, change(given, backend)),
  );

/** Changes `_generateFromContext`. */
export const source =
  (change: (good: (call: ContextCall) => Events, call: ContextCall, backend: GoodBackend) => Events): Break =>
  (backend) => {
    const good = backend._generateFromContext.bind(backend);
    set(backend, '_generateFromContext', (call: ContextCall) => change(good, call, backend));
  };

/** Changes what `_generateFromContext` gets. */
export const call = (change: (given: ContextCall) => Partial<ContextCall>): Break =>
  source((good, given) => good({ ...given, ...change(given) }));

/** Changes every event: into others, or into none. */
export const events = (change: (event: GenerationEvent, given: ContextCall) => GenerationEvent[]): Break =>
  source(async function* (good, given) {
    for await (const event of good(given)) yield* change(event, given);
  });

/** Leaves out, or changes, the events of one type. */
export const only = <T extends GenerationEvent['type']>(
  type: T,
  change: (event: Extract<GenerationEvent, { type: T }>, given: ContextCall) => GenerationEvent[],
): Break =>
  events((event, given) =>
    event.type === type ? change(event as Extract<GenerationEvent, { type: T }>, given) : [event],
  );

/** Changes every error of the provider. */
export const errors =
  (change: (error: BackendError, backend: GoodBackend) => BackendError): Break =>
  (backend) => {
    const good = backend.errorFrom.bind(backend);
    set(backend, 'errorFrom', (thrown: unknown) => change(good(thrown), backend));
  };

/** Changes what `_generateFromRaw` gets and gives. */
export const raw =
  (change: (good: (call: RawCall) => Promise<RawAnswers>, call: RawCall) => Promise<RawAnswers>): Break =>
  (backend) => {
    const good = backend._generateFromRaw.bind(backend);
    set(backend, '_generateFromRaw', (given: RawCall) => change(good, given));
  };

type Dispatch = (type: HookType, payload: HookPayloads[HookType]) => Promise<HookPayloads[HookType]>;

/** Stands between the calls and the plugins. */
export const hooks =
  (change: (good: Dispatch, ...args: Parameters<Dispatch>) => ReturnType<Dispatch>): Break =>
  (backend, provider) => {
    const between = <A extends unknown[], R>(good: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        const scope = captureHooks();
        const slot = globalThis as { [key: symbol]: Parameters<typeof setHookDispatcher>[0] };
        const before = slot[Symbol.for('@melliflow/core/hooks')] ?? null;
        if (scope === null) return good(...args);
        setHookDispatcher({
          capture: () => ({
            has: () => true,
            dispatch: (type, payload, context) =>
              change((t, p) => scope.dispatch(t, p as never, context) as never, type, payload) as never,
          }),
        });
        const result = good(...args);
        setHookDispatcher(before);
        return result;
      };
    };
    ask((good) => between(good))(backend, provider);
    askRaw((good) => between(good))(backend, provider);
  };

/** Replaces a member of every backend by what `make` gives. */
export const member =
  (name: keyof GoodBackend, make: (backend: GoodBackend) => unknown): Break =>
  (backend) =>
    set(backend, name, make(backend));

/** A signal that nobody aborts. */
export const deafSignal = (): AbortSignal => new AbortController().signal;
