import {
  BackendError,
  type BackendErrorInit,
  ConnectionError,
  type ContextCall,
  type GenerationEvent,
  GenerationTimeoutError,
  type OutputFormat,
} from '@melliflow/core';
import type { ExamSettings } from '../../src/index.js';
import {
  askRaw,
  avalue,
  call,
  deafSignal,
  errors,
  events,
  type Mutant,
  member,
  only,
  options,
  set,
  source,
  thunks,
} from '../support/breaks.js';

const factsOf = (error: BackendError): BackendErrorInit => {
  const { provider, model, status, retryable, retryAfterMs } = error;
  return { provider, model, status, retryable, retryAfterMs };
};
const plain = errors((error) => new BackendError(error.message, factsOf(error)));
const finish: GenerationEvent = { type: 'finish', reason: 'stop' };
/** A failure is taken for the end. */
const swallowed = source(async function* (good, given) {
  try {
    yield* good(given);
  } catch {
    yield finish; // What failed looks whole.
  }
});
const unended = source(async function* (good, given) {
  yield* good(given);
  yield finish;
});
const settings = (change: (given: ExamSettings) => Partial<ExamSettings>): Mutant =>
  member('settings', (backend) => ({ ...backend.settings, ...change(backend.settings) }));
const without = (name: keyof NonNullable<ExamSettings['timeouts']>): Mutant =>
  settings(({ timeouts }) => ({ timeouts: { ...timeouts, [name]: undefined } }));
const retryable = (yes: boolean): Mutant =>
  errors((error) => {
    set(error, 'retryable', yes);
    return error;
  });
const waits = (retryAfterMs: number | undefined): Mutant =>
  errors((error) => {
    if (error.retryAfterMs !== undefined) set(error, 'retryAfterMs', retryAfterMs);
    return error;
  });

/** All calls that are made at once become the last of them. */
const crossed = (): Mutant => {
  let last: ContextCall;
  return source(async function* (good, given) {
    last = given;
    await new Promise((resolve) => setImmediate(resolve));
    yield* good({ ...last, signal: given.signal });
  });
};
/** A cancel of one cancels all. */
const tied = (): Mutant => {
  const all = new AbortController();
  return call(({ signal }) => {
    signal.addEventListener('abort', () => all.abort());
    return { signal: all.signal };
  });
};

/** What breaks the laws of format, tools, images, errors, retry, timeouts, metadata, secrets and parallel. */
export const providerMutants: Readonly<Record<string, Mutant>> = {
  'format.sent': call(() => ({ format: null })),
  'format.parsed': avalue(async (good, thunk) => {
    const value = await good();
    thunk.parsedRepr = value;
    return value;
  }),
  'format.validated': options(({ format, ...rest }) => {
    const standard = (format as { '~standard'?: { jsonSchema: { input(o: object): object } } })['~standard'];
    return {
      ...rest,
      format: (standard?.jsonSchema.input({ target: 'draft-2020-12' }) ?? format) as OutputFormat,
    };
  }),
  'format.no-json': avalue((good, thunk) => good().catch(() => thunk.partialValue)),
  'format.bad': options(({ format, ...rest }) => (typeof format === 'string' ? rest : { format, ...rest })),
  'format.unclaimed': {
    claims: { format: false },
    breaks: thunks(({ generation }) => void generation.warnings.splice(0)),
  },

  'tools.offered': call(() => ({ tools: new Map() })),
  'tools.unasked': options((given) => ({ ...given, toolCalls: true })),
  'tools.called': only('tool_call', (event) => [{ ...event, args: {} }]),
  'tools.fragments': only('tool_call', (event) => [{ ...event, args: { city: String(event.args.city)[0] } }]),
  'tools.same': source(async function* (good, given) {
    const names = new Set<string>();
    for await (const event of good(given)) {
      if (event.type !== 'tool_call' || !names.has(event.name)) yield event;
      if (event.type === 'tool_call') names.add(event.name);
    }
  }),
  'tools.truncated': source(async function* (good, given) {
    try {
      yield* good(given);
    } catch {
      yield { type: 'tool_call', name: 'weather_of', args: {} }; // Half a call is a call.
      yield finish;
    }
  }),
  'tools.unknown': only('tool_call', (event, { tools }) => (tools.has(event.name) ? [event] : [])),
  'tools.text': only('text', () => []),
  'tools.choice': call(({ modelOptions }) => ({ modelOptions: { ...modelOptions, toolChoice: undefined } })),

  'images.sent': member('text', (backend) => {
    const good = backend.text.bind(backend);
    return (given: object, content: object) => good(given, { ...content, images: [] });
  }),
  'images.past': call(() => ({ view: [] })),
  'images.unclaimed': { claims: { images: false }, breaks: only('warning', () => []) },

  ...Object.fromEntries(
    [400, 401, 403, 404, 408, 413, 429, 500, 503, 529].map((status) => [`errors.status-${status}`, plain]),
  ),
  'raw.status': plain,
  'raw.faults': plain,
  'raw.format': askRaw((good) => async (...given) => {
    const thunks = await good(...given);
    for (const thunk of thunks) thunk.parsedRepr = thunk.value;
    return thunks;
  }),
  'errors.context-length': plain,
  'errors.quota': plain,
  'errors.retry-after': waits(undefined),
  'errors.message': errors(
    (error) => new (error.constructor as typeof BackendError)('It failed.', factsOf(error)),
  ),
  'errors.reset': plain,
  'errors.refused': plain,
  'errors.inside-stream': swallowed,
  'errors.inside-whole': swallowed,
  'errors.malformed': swallowed,
  'errors.null': swallowed,
  'errors.empty-choices': swallowed,
  'errors.empty-body': swallowed,
  'errors.html': swallowed,
  'errors.whole-cut': unended,
  'errors.cause': errors((error, { settings: own }) => {
    const cause = Object.assign(new Error('sdk'), { config: { headers: { authorization: own.apiKey } } });
    return new (error.constructor as typeof BackendError)(error.message, { ...factsOf(error), cause });
  }),

  'retry.transient': settings(() => ({ retry: { attempts: 1, initialDelayMs: 1 } })),
  'retry.attempts': settings(({ retry }) => ({ retry: { ...retry, attempts: retry.attempts + 1 } })),
  'retry.refused': retryable(true),
  'retry.delivered': source(async function* (good, given) {
    let failed = false;
    try {
      for await (const event of good(given)) {
        failed ||= event.type === 'finish';
        yield event;
      }
    } catch {
      failed = false; // Tried again below.
    }
    if (!failed) yield* good(given);
  }),
  'retry.connection': errors((error) => {
    if (ConnectionError.is(error)) set(error, 'retryable', false);
    return error;
  }),
  'retry.raw': settings(() => ({ retry: { attempts: 1, initialDelayMs: 1 } })),
  'retry.abort': call(() => ({ signal: deafSignal() })),
  'retry.retry-after': waits(undefined),
  'retry.too-long': waits(59_000),

  'timeouts.headers': without('headersMs'),
  'timeouts.first-chunk': without('firstChunkMs'),
  'timeouts.idle': without('idleMs'),
  'timeouts.total': without('totalMs'),
  'timeouts.raw': without('headersMs'),
  'timeouts.keep-alive': without('idleMs'),
  'timeouts.enough': only('text', () => {
    throw new GenerationTimeoutError('too slow', { provider: 'good', model: 'good-1' });
  }),

  'metadata.names': only('finish', (event) => [{ type: 'metadata', model: 'another' }, event]),
  'metadata.usage': only('usage', () => []),
  'metadata.usage-unknown': only('finish', (event) => [
    { type: 'usage', usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 } },
    event,
  ]),
  'metadata.stop': only('finish', () => [{ type: 'finish', reason: 'other' }]),
  'metadata.length': only('finish', () => [finish]),
  'metadata.log': only('prompt', () => []),
  'metadata.thinking': only('thinking', ({ text }) => [{ type: 'text', text }]),
  'metadata.logprobs': only('logprobs', () => []),

  'secrets.key-in-errors': member('_secrets', () => () => []),
  'secrets.prompt-in-errors': source(async function* (good, given) {
    try {
      yield* good(given);
    } catch (error) {
      throw Object.assign(error as Error, { request: { body: String(given.action) } });
    }
  }),
  'secrets.raw': member('_secrets', () => () => []),
  'secrets.hooks': thunks(({ generateLog }, { settings: own }) => {
    if (generateLog) generateLog.extra = { headers: { authorization: own.apiKey } };
  }),
  'secrets.logs': events((event, given) => {
    if (event.type === 'prompt') console.warn('Getting text from response', String(given.action));
    return [event];
  }),

  'parallel.apart': crossed(),
  'parallel.cancelled': tied(),
  'parallel.mixed': crossed(),
};
