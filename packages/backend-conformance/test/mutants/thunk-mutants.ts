import { type GenerationEvent, IncompleteStreamError } from '@melliflow/core';
import {
  ask,
  avalue,
  call,
  deafSignal,
  events,
  type Mutant,
  member,
  only,
  options,
  set,
  source,
  thunks,
} from '../support/breaks.js';
import type { Provider } from '../support/provider.js';

const deaf = call(() => ({ signal: deafSignal() }));
const finish: GenerationEvent = { type: 'finish', reason: 'stop' };

const shared = (): Mutant => {
  let first: Provider | undefined;
  return (backend, provider) => {
    first ??= provider;
    set(backend, 'source', first);
  };
};

const counted = (): Mutant => {
  let count = 0;
  return only('text', (event) => (++count === 1500 ? [] : [event]));
};

/** What breaks the laws of construct, lazy, value, stream, cancel and dispose. */
export const thunkMutants: Readonly<Record<string, Mutant>> = {
  'construct.silent': (_, provider) => void provider.ask('ping', ['ping'], deafSignal(), false),
  'construct.contract': member('contract', () => 2),
  'construct.names': member('modelId', () => ''),
  'construct.capabilities': member('capabilities', ({ capabilities }) => ({
    ...capabilities,
    tools: undefined,
  })),
  'construct.formatter': member('formatter', () => ({})),
  'construct.independent': shared(),

  'lazy.background': ask((good) => async (...given) => {
    const [thunk, ctx] = await good(...given);
    await thunk.avalue();
    return [thunk, ctx];
  }),
  'lazy.uncomputed': thunks((thunk) => set(thunk, 'isComputed', () => true)),
  'lazy.unwatched': ask((good, backend) => async (...given) => {
    let start = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      start = resolve;
    });
    const walks = backend.doGenerateWalks.bind(backend);
    set(backend, 'doGenerateWalks', (actions: never) => started.then(() => walks(actions)));
    const [thunk, ctx] = await good(...given);
    const goodValue = thunk.avalue.bind(thunk);
    set(thunk, 'avalue', () => {
      start();
      return goodValue();
    });
    return [thunk, ctx];
  }),
  'lazy.unhandled': thunks((thunk) => void thunk.avalue()),
  'lazy.no-then': thunks((thunk) => set(thunk, 'then', undefined)),
  'lazy.once': ask((good, _, provider) => async (...given) => {
    const [thunk, ctx] = await good(...given);
    const value = thunk.avalue.bind(thunk);
    set(thunk, 'avalue', () => {
      provider.ask('again', ['again'], deafSignal(), false);
      return value();
    });
    return [thunk, ctx];
  }),

  'value.whole': only('text', ({ text }) => [{ type: 'text', text: text.replace('ü', 'u') }]),
  'value.large': counted(),
  'value.same-for-all': thunks((thunk) => {
    const good = thunk.avalue.bind(thunk);
    let calls = 0;
    set(thunk, 'avalue', async () => (++calls > 3 ? '' : good()));
  }),
  'value.computed': thunks((thunk) => set(thunk, 'isComputed', () => false)),
  'value.empty': source(async function* (good, given) {
    let told = false;
    for await (const event of good(given)) {
      told ||= event.type === 'text';
      if (event.type === 'finish' && !told)
        throw new IncompleteStreamError('empty', { provider: 'good', model: 'm' });
      yield event;
    }
  }),
  'value.incomplete': source(async function* (good, given) {
    yield* good(given);
    yield finish;
  }),
  'value.same-error': avalue((good) =>
    good().catch(({ message }) => {
      throw new Error(message);
    }),
  ),
  'value.partial': thunks((thunk) => {
    const text = () =>
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(thunk), 'partialValue')?.get?.call(thunk);
    Object.defineProperty(thunk, 'partialValue', { get: () => (thunk.settled ? '' : text()) });
  }),
  'value.parsed': avalue(async (good, thunk) => {
    const value = await good();
    thunk.parsedRepr = null;
    return value;
  }),
  'value.json': thunks(({ generateLog }) => {
    if (generateLog) generateLog.extra = { generateLog };
  }),

  'stream.early': source(async function* (good, given) {
    const all: GenerationEvent[] = [];
    for await (const event of good(given)) all.push(event);
    yield* all;
  }),
  'stream.loop': thunks((thunk) => {
    const good = thunk.astream.bind(thunk);
    let calls = 0;
    set(thunk, 'astream', async () => {
      const text = await good();
      return ++calls === 1 ? '' : text;
    });
  }),
  'stream.loop-late': thunks((thunk) => set(thunk, 'isComputed', () => thunk.settled)),
  'stream.finished': thunks((thunk) => set(thunk, 'astream', async () => thunk.value ?? '')),
  'stream.readers': thunks((thunk) => {
    const one = thunk[Symbol.asyncIterator]();
    set(thunk, Symbol.asyncIterator, () => one);
  }),
  'stream.leave': thunks((thunk) => {
    const good = thunk[Symbol.asyncIterator].bind(thunk);
    set(thunk, Symbol.asyncIterator, async function* () {
      try {
        yield* { [Symbol.asyncIterator]: good };
      } finally {
        await thunk.cancelGeneration();
      }
    });
  }),
  'stream.error-after-text': thunks((thunk) => {
    const good = thunk[Symbol.asyncIterator].bind(thunk);
    set(thunk, Symbol.asyncIterator, async function* () {
      try {
        yield* { [Symbol.asyncIterator]: good };
      } catch {
        return; // As if it had ended well.
      }
    });
  }),
  'stream.utf8': only('text', ({ text }) => [{ type: 'text', text: Buffer.from(text).toString('latin1') }]),
  'stream.noise': only('text', ({ text }) => [{ type: 'text', text: `${text}\r` }]),
  'stream.left-open': source(async function* (good, given) {
    let last: GenerationEvent | undefined;
    for await (const event of good(given)) {
      if (event.type === 'finish') last = event;
      else yield event;
    }
    if (last) yield last;
  }),
  'stream.ttfb': thunks(({ generation }) =>
    Object.defineProperty(generation, 'ttfbMs', { get: () => 5, set() {} }),
  ),
  'stream.web': thunks((thunk) =>
    set(thunk, 'toReadableStream', () => new ReadableStream({ start: (controller) => controller.close() })),
  ),

  'cancel.part': thunks((thunk) => set(thunk, 'cancelled', false)),
  'cancel.pending': avalue(async (good, thunk) => {
    const value = await good();
    if (thunk.cancelled) throw new Error('cancelled');
    return value;
  }),
  'cancel.closes': deaf,
  'cancel.before-first-byte': deaf,
  'cancel.abort-before-first-byte': deaf,
  'cancel.whole': deaf,
  'cancel.abort': avalue((good) =>
    good().catch(() => {
      throw new Error('aborted');
    }),
  ),
  'cancel.already-aborted': options(({ signal: _, ...rest }) => rest),
  'cancel.computed': thunks((thunk) => {
    set(thunk, 'cancelGeneration', async () => {
      set(thunk, 'cancelled', true);
    });
  }),
  'cancel.twice': thunks((thunk) => {
    const good = thunk.cancelGeneration.bind(thunk);
    let calls = 0;
    set(thunk, 'cancelGeneration', async () => (++calls === 1 ? good() : undefined));
  }),
  'cancel.listeners': options((given) => {
    given.signal?.addEventListener('abort', () => undefined);
    return given;
  }),

  'dispose.running': thunks((thunk) => set(thunk, Symbol.asyncDispose, async () => undefined)),
  'dispose.over': thunks((thunk) => {
    set(thunk, Symbol.asyncDispose, async () => set(thunk, 'cancelled', true));
  }),
  'dispose.failed': (_, provider) => {
    const good = provider.ask.bind(provider);
    set(provider, 'ask', (text: string, prompts: string[], __: AbortSignal, stream: boolean) =>
      good(text, prompts, deafSignal(), stream),
    );
  },
  'dispose.nothing-left': (backend, provider) =>
    events((event) => {
      if (event.type === 'finish') provider.ask('spare', ['spare'], deafSignal(), false);
      return [event];
    })(backend, provider),
};
