import {
  BatchGenerationError,
  GenerationCancelledError,
  isModelOutputThunk,
  ModelOutputThunk,
  waitForAllMots,
} from '@melliflow/core';
import { currentLogger } from '@melliflow/core/implement';
import { ExamContext } from '../../src/exam/exam-context.js';
import {
  ask,
  askRaw,
  avalue,
  call,
  deafSignal,
  hooks,
  type Mutant,
  member,
  options,
  raw,
  set,
  thunks,
} from '../support/breaks.js';

const unwalked = member('doGenerateWalks', () => async () => undefined);
const skipped = (name: string): Mutant =>
  hooks(async (good, type, payload) => (type === name ? payload : good(type, payload)));

/** What breaks the laws of context, walk, raw, options and hooks. */
export const programMutants: Readonly<Record<string, Mutant>> = {
  'context.returned': ask((good) => async (action, ctx, given) => {
    const [thunk] = await good(action, ctx, given);
    return [thunk, ctx.add(thunk)];
  }),
  'context.unchanged': ask((good) => async (action, ctx, given) => {
    const [thunk, after] = await good(action, ctx, given);
    return [thunk, Object.assign(ctx, new ExamContext().add(thunk)) && after];
  }),
  'context.order': call(({ view }) => ({ view: view.toReversed() })),
  'context.blind': ask(
    (good) => (action, ctx, given) =>
      good(action, (ctx as ExamContext).blind ? new ExamContext() : ctx, given),
  ),
  'context.awaited': ask((good, _, provider) => (action, ctx, given) => {
    provider.ask('early', ['early'], deafSignal(), false);
    return good(action, ctx, given);
  }),
  'context.not-one': ask(
    (good) =>
      (...given) =>
        good(...given).catch(({ message }) => {
          throw new Error(message);
        }),
  ),

  'walk.first': unwalked,
  'walk.failure': member('doGenerateWalks', (backend) => {
    const good = backend.doGenerateWalks.bind(backend);
    return (actions: never) => good(actions).catch(() => undefined);
  }),
  'walk.settled': member(
    'doGenerateWalks',
    () => (actions: ModelOutputThunk[]) =>
      Promise.all(actions.filter(isModelOutputThunk).map((thunk) => thunk.avalue())),
  ),
  'walk.cycle': unwalked,
  'walk.cancel': ask((good) => async (action, ctx, given) => {
    const [thunk, after] = await good(action, ctx, given);
    const cancel = thunk.cancelGeneration.bind(thunk);
    const parts = typeof action === 'object' && 'parts' in action ? action.parts() : [];
    set(thunk, 'cancelGeneration', async () => {
      await waitForAllMots(parts as ModelOutputThunk[]);
      await cancel();
    });
    return [thunk, after];
  }),
  'walk.raw': unwalked,

  'raw.order': raw(async (good, given) => (await good(given)).toReversed()),
  'raw.empty': askRaw((good, _, provider) => (actions, ctx, given) => {
    if (actions.length === 0) provider.ask('[]', [], deafSignal(), false);
    return good(actions, ctx, given);
  }),
  'raw.bare': member('print', (backend) => {
    const good = backend.print.bind(backend);
    return (part: never) => `<user>${good(part)}</user>`;
  }),
  'raw.failure': askRaw(
    (good) =>
      (...given) =>
        good(...given).catch((error) => {
          throw BatchGenerationError.is(error) ? error.cause : error;
        }),
  ),
  'raw.one-call': {
    claims: { rawBatch: true },
    breaks: raw(async (good, given) =>
      (await Promise.all(given.actions.map((action) => good({ ...given, actions: [action] })))).flat(),
    ),
  },
  'raw.limit': raw((good, given) => good({ ...given, maxConcurrency: 100 })),
  'raw.aborted': raw((good, given) => good({ ...given, signal: deafSignal() })),
  'raw.already-aborted': askRaw((good) => (actions, ctx) => good(actions, ctx)),
  'raw.metadata': raw(async (good, given) =>
    (await good(given)).map((item) => ({ ...item, finishReason: 'other' }) as never),
  ),

  'options.none-silent': call(({ modelOptions }) => ({ modelOptions: { ...modelOptions, topK: undefined } })),
  'options.raw-none-silent': raw((good, given) =>
    good({ ...given, modelOptions: { ...given.modelOptions, stop: undefined } }),
  ),
  'options.call-wins': options((given, backend) => ({
    ...given,
    modelOptions: { ...given.modelOptions, ...backend.modelOptions },
  })),
  'options.provider': call(({ modelOptions }) => ({
    modelOptions: { ...modelOptions, providerOptions: undefined },
  })),
  'options.unknown': thunks(({ generation }) => void generation.warnings.splice(0)),
  'options.bad': options(({ modelOptions, ...rest }) => ({
    ...rest,
    modelOptions: { ...modelOptions, temperature: Number(modelOptions?.temperature) || 0 },
  })),
  'options.logged-once': thunks(({ generation }) => {
    for (const { message } of generation.warnings) currentLogger()?.warn(message);
  }),
  'options.untouched': options((given) => {
    (given.modelOptions?.stop as string[] | undefined)?.push('</s>');
    return given;
  }),

  'hooks.success': hooks(async (good, type, payload) => {
    await good(type, payload);
    return good(type, payload);
  }),
  'hooks.complete': hooks((good, type, payload) =>
    good(
      type,
      type === 'generation_post_call' ? { ...payload, modelOutput: new ModelOutputThunk(null) } : payload,
    ),
  ),
  'hooks.failure': hooks((good, type, payload) =>
    good(type, type === 'generation_error' ? { ...payload, exception: new Error('another') } : payload),
  ),
  'hooks.cancel': hooks(async (good, type, payload) =>
    GenerationCancelledError.is((payload as { exception?: unknown }).exception)
      ? payload
      : good(type, payload),
  ),
  'hooks.change': hooks(async (good, type, payload) => {
    await good(type, payload);
    return payload;
  }),
  'hooks.block': hooks((good, type, payload) => good(type, payload).catch(() => payload)),
  'hooks.error-plugin': (backend, provider) => {
    let broken: unknown;
    hooks((good, type, payload) =>
      good(type, payload).catch((error) => {
        broken = error;
        return payload;
      }),
    )(backend, provider);
    avalue((good) =>
      good().catch((error) => {
        throw broken ?? error;
      }),
    )(backend, provider);
  },
  'hooks.batch': skipped('generation_batch_post_call'),
  'hooks.batch-failure': skipped('generation_batch_error'),
};
