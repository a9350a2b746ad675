import {
  HookType,
  PartialValidationResult,
  PluginError,
  PluginViolationError,
  Requirement,
} from '@melliflow/core';
import { type StreamChunkingResult, type StreamEvent, streamWithChunking } from '@melliflow/streaming';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { type AnyHook, block, hook, pluginScope } from '../src/index.js';
import { hearLogger } from './support/listening.js';
import { PlainContext } from './support/plain-context.js';

const logged = hearLogger();
const ctx = new PlainContext();
const story: ScriptedAnswer = { deltas: ['One. T', 'wo. Th', 'ree.'] };

class NoTwo extends Requirement {
  override streamValidate(chunk: string): PartialValidationResult {
    return new PartialValidationResult(chunk.includes('Two') ? 'fail' : 'pass');
  }
}

type Heard = [string, unknown][];

/** Notes the hooks of a stream and of its generation, in order. */
function recorder(heard: Heard): AnyHook[] {
  const early = { priority: -1 };
  return [
    hook(HookType.STREAMING_START, ({ chunking }) => void heard.push(['streaming start', chunking]), early),
    hook(HookType.GENERATION_PRE_CALL, () => void heard.push(['generation pre', null]), early),
    hook(HookType.STREAMING_EVENT, ({ event }) => void heard.push(['event', event.type]), early),
    hook(HookType.GENERATION_POST_CALL, () => void heard.push(['generation post', null]), early),
    hook(HookType.GENERATION_ERROR, () => void heard.push(['generation error', null]), early),
    hook(
      HookType.STREAMING_END,
      ({ success, fullText, exception }) =>
        void heard.push(['streaming end', [success, fullText, exception?.name ?? null]]),
      early,
    ),
  ];
}

interface Ran {
  heard: Heard;
  ids: unknown[];
  events: StreamEvent[];
  chunks: string[];
  error: unknown;
  stream: StreamChunkingResult | null;
}

/** Streams with plugins to the end, and gives what they and the readers saw. */
async function run(answer: ScriptedAnswer, plugins: AnyHook[], options = {}): Promise<Ran> {
  const ran: Ran = { heard: [], ids: [], events: [], chunks: [], error: null, stream: null };
  const ids = ([HookType.STREAMING_START, HookType.STREAMING_EVENT, HookType.STREAMING_END] as const).map(
    (type) =>
      hook(type, ({ streamId }) => void ran.ids.push(streamId), { priority: -2 }) as unknown as AnyHook,
  );
  await pluginScope([...recorder(ran.heard), ...ids, ...plugins], async () => {
    try {
      ran.stream = await streamWithChunking('Go.', new ScriptedBackend([answer]), ctx, options);
      for await (const event of ran.stream.events()) ran.events.push(event);
      for await (const chunk of ran.stream) ran.chunks.push(chunk);
    } catch (error) {
      ran.error = error;
    }
  });
  expect(new Set(ran.ids).size, 'one streamId').toBe(1);
  return ran;
}

const types = ({ events }: Ran): string[] => events.map(({ type }) => type);
const toldEvents = ({ heard }: Ran): unknown[] =>
  heard.filter(([what]) => what === 'event').map(([, type]) => type);
const last = ({ heard }: Ran): unknown => heard.at(-1);

describe('streaming_start, _event and _end', () => {
  it('a stream tells its start, every event as its readers get it, and its end', async () => {
    const ran = await run(story, [], { requirements: [new Requirement(null, { validationFn: () => true })] });
    expect(ran.heard.slice(0, 2)).toEqual([
      ['streaming start', 'sentence'],
      ['generation pre', null],
    ]);
    expect(toldEvents(ran)).toEqual(types(ran));
    expect(types(ran).slice(-3)).toEqual(['streaming_done', 'full_validation', 'completed']);
    expect(last(ran)).toEqual(['streaming end', [true, 'One. Two. Three.', null]]);
    expect(ran.chunks).toEqual(['One.', 'Two.', 'Three.']);
    expect(logged).toEqual([]);
  });

  it('the payload is frozen, the event is the very one', async () => {
    const seen: object[] = [];
    const ran = await run(story, [hook(HookType.STREAMING_EVENT, (payload) => void seen.push(payload))]);
    expect(seen.every(Object.isFrozen)).toBe(true);
    expect(seen.map((payload) => (payload as { event: object }).event)).toEqual(ran.events);
  });

  it('exactly one end follows each start, however it ends', async () => {
    const failed = await run(story, [], { requirements: [new NoTwo()] });
    expect(last(failed)).toEqual(['streaming end', [false, 'One.', null]]);
    const broken = await run({ deltas: ['One. T'], error: new Error('x') }, []);
    expect(last(broken)).toEqual(['streaming end', [false, 'One.', 'BackendError']]);
    const refused = await run(story, [hook(HookType.GENERATION_PRE_CALL, () => block('no'))]);
    expect(PluginViolationError.is(refused.error)).toBe(true);
    expect(last(refused)).toEqual(['streaming end', [false, '', 'PluginViolationError']]);
    const heard: Heard = [];
    await pluginScope(recorder(heard), async () => {
      const stream = await streamWithChunking('Go.', new ScriptedBackend([{ ...story, hangs: true }]), ctx);
      for await (const _ of stream) break;
      await stream.cancel();
    });
    expect(heard.at(-1)).toMatchObject(['streaming end', [false, expect.stringMatching(/^One\./), null]]);
  });
});

describe('plugins that fail in a stream', () => {
  it('a block at the start: no generation, no event, and the call rejects', async () => {
    const ran = await run(story, [hook(HookType.STREAMING_START, () => block('no'))]);
    expect(PluginViolationError.is(ran.error)).toBe(true);
    expect(ran.heard).toEqual([
      ['streaming start', 'sentence'],
      ['streaming end', [false, '', 'PluginViolationError']],
    ]);
  });

  it.each(['chunk', 'streaming_done'])('a block at the event %s: its readers do not get it', async (type) => {
    let times = 0;
    const guard = hook(HookType.STREAMING_EVENT, ({ event }) =>
      event.type === type && ++times === (type === 'chunk' ? 2 : 1) ? block('no more') : null,
    );
    const ran = await run(story, [guard]);
    expect(PluginViolationError.is(ran.error)).toBe(true);
    const shown = type === 'chunk' ? ['chunk'] : ['chunk', 'chunk', 'chunk'];
    expect(types(ran)).toEqual([...shown, 'error', 'completed']);
    expect(ran.chunks).toHaveLength(shown.length);
    expect(ran.stream?.completed).toBe(false);
    expect(last(ran)).toMatchObject(['streaming end', [false, expect.any(String), 'PluginViolationError']]);
  });

  it('a throw at a check: the stream fails with PluginError, the generation is cancelled', async () => {
    const broken = hook(HookType.STREAMING_EVENT, ({ event }) => {
      if (event.type === 'quick_check') throw new Error('broken');
    });
    const ran = await run({ ...story, hangs: true }, [broken], { requirements: [new NoTwo()] });
    expect(PluginError.is(ran.error)).toBe(true);
    expect(types(ran)).toEqual(['error', 'completed']);
    expect(ran.heard).toContainEqual(['generation error', null]);
    expect(ran.stream?.thunk.settled).toBe(true);
  });

  it.each([HookType.STREAMING_EVENT, HookType.STREAMING_END])(
    'when the outcome stands, what %s throws goes to the logger',
    async (type) => {
      const broken = hook(type, (payload) => {
        if (!('event' in payload) || payload.event.type === 'completed') throw new Error('broken');
      });
      const ran = await run(story, [broken as unknown as AnyHook]);
      expect([ran.error, ran.stream?.completed]).toEqual([null, true]);
      expect(logged).toMatchObject([{ level: 'error', message: `A plugin failed in ${type}.` }]);
    },
  );

  it('one that never answers does not outlive a cancel', async () => {
    let told = (): void => undefined;
    const isTold = new Promise<void>((resolve) => {
      told = resolve;
    });
    const asleep = hook(
      HookType.STREAMING_EVENT,
      ({ event }) => (event.type === 'chunk' ? new Promise<null>(() => told()) : null),
      { timeoutMs: Number.POSITIVE_INFINITY },
    );
    const heard: Heard = [];
    await pluginScope([...recorder(heard), asleep], async () => {
      const stream = await streamWithChunking('Go.', new ScriptedBackend([story]), ctx);
      await isTold;
      await stream.cancel();
      expect([stream.completed, stream.fullText]).toEqual([false, '']);
    });
    expect(heard.at(-1)).toEqual(['streaming end', [false, '', null]]);
  });
});

it('validators that ask a model are told of as generations of their own', async () => {
  const heard: Heard = [];
  const judge = new ScriptedBackend([{ deltas: ['yes'] }]);
  await pluginScope(recorder(heard), async () => {
    const stream = await streamWithChunking('Go.', new ScriptedBackend([story]), ctx, {
      requirements: [new Requirement('Be nice.')],
      validationBackend: judge,
    });
    await stream.acomplete();
    expect(stream.finalValidations.map((verdict) => verdict.asBool())).toEqual([true]);
  });
  expect(heard.filter(([what]) => what === 'generation pre')).toHaveLength(2);
});
