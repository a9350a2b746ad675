import { PartialValidationResult, Requirement, type StreamValidationIo } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import {
  type ChannelValidationIo,
  type StreamChannel,
  type StreamEvent,
  type StreamingTraits,
  streamWithChunking,
} from '../src/index.js';
import { collect, drain, Forbids, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();
const story = ['One. T', 'wo. Th', 'ree.\n\nFo', 'ur. Fi', 've.'];

const told = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.type === 'chunk' || event.type === 'thinking') return [`${event.type} ${event.text}`];
    if (event.type === 'tool_call') return [`${event.name} ${JSON.stringify(event.args)}`];
    if (event.type === 'retract') return [`retract ${event.channel} ${event.chunkIndex}`];
    if (event.type === 'quick_check')
      return [
        [event.channel, event.chunking, event.chunkIndex, event.passed]
          .filter((x) => x !== undefined)
          .join(' '),
      ];
    return [];
  });

/** A requirement whose verdicts the test gives. */
class Asked extends Requirement implements StreamingTraits {
  readonly stateless: boolean;
  readonly chunking: StreamingTraits['chunking'];
  readonly open: Map<string, (verdict: 'pass' | 'fail') => void> = new Map();
  readonly shared: { open: Map<string, (verdict: 'pass' | 'fail') => void> };
  constructor(stateless: boolean, chunking?: StreamingTraits['chunking']) {
    super('asked', { validationFn: () => true });
    this.stateless = stateless;
    this.chunking = chunking;
    this.shared = new (class {
      open = new Map();
    })();
  }
  override streamValidate(chunk: string): Promise<PartialValidationResult> {
    return new Promise((resolve) =>
      this.shared.open.set(chunk, (verdict) => {
        this.shared.open.delete(chunk);
        resolve(new PartialValidationResult(verdict));
      }),
    );
  }
  get asked(): string[] {
    return [...this.shared.open.keys()];
  }
  async say(chunk: string, verdict: 'pass' | 'fail'): Promise<void> {
    this.shared.open.get(chunk)?.(verdict);
    await drain();
  }
}

describe('a chunking of its own', () => {
  class Words extends Forbids implements StreamingTraits {
    readonly chunking = 'word';
  }
  class Paragraphs extends Forbids implements StreamingTraits {
    readonly chunking = 'paragraph';
  }

  it('one that wants finer chunks stops earlier; one that wants coarser ones holds back', async () => {
    const deltas = [...story.slice(0, 3), 'ur bad o', 'nes. Five.'];
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas }]), ctx, {
      requirements: [new Paragraphs('Six'), new Words('bad'), new Forbids('Nine')],
    });
    expect(await collect(stream)).toEqual(['One.', 'Two.', 'Three.']);
    expect(told(await collect(stream.events()))).toEqual([
      '0 true',
      'word 0 true',
      '1 true',
      'word 1 true',
      '2 true',
      'paragraph 0 true',
      'chunk One.',
      'chunk Two.',
      'word 2 true',
      'chunk Three.',
      'word 3 true',
      'word 4 false',
    ]);
    expect([stream.fullText, stream.streamingFailures.length]).toEqual(['One. Two. Three.', 1]);
  });

  it('all chunkings see the whole text once it is over', async () => {
    const requirements = [new Paragraphs('Six'), new Words('Six')];
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements,
    });
    expect(await collect(stream)).toEqual(['One.', 'Two.', 'Three.', 'Four.', 'Five.']);
    expect([stream.completed, stream.fullText]).toEqual([true, story.join('')]);
  });
});

describe('astream({ separators: true })', () => {
  it('is the output to the character, and says what is separator', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: [...story, ' '] }]), ctx);
    const pieces = await collect(stream.astream({ separators: true }));
    expect(pieces.map(({ text }) => text).join('')).toBe(stream.fullText);
    expect(pieces.filter(({ type }) => type === 'separator').map(({ text }) => text)).toEqual([
      ' ',
      ' ',
      '\n\n',
      ' ',
      ' ',
    ]);
    expect(await collect(stream.astream({ separators: false }))).toHaveLength(5);
  });

  it('of a text that was stopped, what passed and what stood between', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [new Forbids('Three')],
    });
    const pieces = await collect(stream.astream({ separators: true }));
    expect(pieces).toEqual([
      { type: 'chunk', text: 'One.' },
      { type: 'separator', text: ' ' },
      { type: 'chunk', text: 'Two.' },
    ]);
  });
});

describe('a window', () => {
  it('has so many chunks under check at once, and releases in order', async () => {
    const judge = new Asked(true);
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [judge],
      release: { window: 3 },
    });
    await drain();
    expect(judge.asked).toEqual(['One.', 'Two.', 'Three.']);
    await judge.say('Two.', 'pass');
    expect([judge.asked, stream.fullText]).toEqual([['One.', 'Three.'], '']);
    await judge.say('One.', 'pass');
    expect([judge.asked, stream.fullText]).toEqual([['Three.', 'Four.', 'Five.'], 'One. Two.']);
    await judge.say('Five.', 'pass');
    await judge.say('Four.', 'pass');
    await judge.say('Three.', 'pass');
    await stream.acomplete();
    expect(await collect(stream)).toEqual(['One.', 'Two.', 'Three.', 'Four.', 'Five.']);
  });

  it('a clone with state is asked one after the other, and does not wait for its peers', async () => {
    const [counts, judge] = [new Asked(false), new Asked(false)];
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [counts, judge],
      release: { window: 3 },
    });
    await drain();
    await counts.say('One.', 'pass');
    await counts.say('Two.', 'pass');
    expect([counts.asked, judge.asked]).toEqual([['Three.'], ['One.']]);
    await stream.cancel();
  });

  it('a fail stops the generation at once; what stands before it still gets its verdict', async () => {
    const judge = new Asked(true);
    const backend = new ScriptedBackend([{ deltas: story, hangs: true }]);
    const stream = await streamWithChunking('go', backend, ctx, {
      requirements: [judge],
      release: { window: 3 },
    });
    await drain();
    await judge.say('Two.', 'fail');
    expect([backend.calls[0]?.signal.aborted, stream.fullText]).toEqual([true, '']);
    await judge.say('Three.', 'pass');
    await judge.say('One.', 'pass');
    await stream.acomplete();
    expect([await collect(stream), stream.fullText, judge.asked]).toEqual([['One.'], 'One.', []]);
    expect(stream.streamingFailures).toHaveLength(1);
  });
});

describe('optimistic', () => {
  it('events tell a chunk at once and take it back; text readers wait for the verdict', async () => {
    const judge = new Asked(true);
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [judge],
      release: 'optimistic',
    });
    await drain();
    expect(told(stream._run.events.items as StreamEvent[])).toHaveLength(5);
    expect([stream.fullText, stream._run.readers.chunks.items]).toEqual(['', []]);
    await judge.say('One.', 'pass');
    expect([stream.fullText, stream._run.readers.chunks.items]).toEqual(['One.', ['One.']]);
    await judge.say('Two.', 'fail');
    await stream.acomplete();
    expect(told(await collect(stream.events())).slice(5)).toEqual(['0 true', '1 false', 'retract text 1']);
    expect([await collect(stream), stream.asThunk.value]).toEqual([['One.'], 'One.']);
  });

  it('cancelled: what was not judged is taken back', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [new Asked(true)],
      release: 'optimistic',
    });
    await drain();
    await stream.cancel();
    expect(told(await collect(stream.events())).at(-1)).toBe('retract text 0');
  });
});

describe('channels', () => {
  const seen: [StreamChannel, string, string | null][] = [];
  class Watches extends Forbids implements StreamingTraits {
    readonly channels: readonly StreamChannel[];
    constructor(word: string, channels: readonly StreamChannel[]) {
      super(word);
      this.channels = channels;
    }
    override streamValidate(chunk: string, io?: StreamValidationIo): PartialValidationResult {
      const { channel, toolCall } = io as ChannelValidationIo;
      seen.push([channel, chunk, toolCall?.name ?? null]);
      return super.streamValidate(chunk);
    }
  }
  const answer = {
    thinking: 'Let me see. I send it.',
    deltas: ['I se', 'nd. D', 'one.'],
    toolCalls: [
      { id: 'a', name: 'send', args: { to: 'Ann' } },
      { id: 'b', name: 'send', args: { to: 'Bob' } },
    ],
  };

  it('reasoning and tool calls are events of their own, checked by those that watch them', async () => {
    seen.length = 0;
    const requirements = [new Watches('x', ['thinking', 'tool_call']), new Watches('y', ['text'])];
    const stream = await streamWithChunking('go', new ScriptedBackend([answer]), ctx, { requirements });
    expect(await collect(stream)).toEqual(['I send.', 'Done.']);
    expect(told(await collect(stream.events())).filter((one) => !one.endsWith('true'))).toEqual([
      'thinking Let me see.',
      'chunk I send.',
      'send {"to":"Ann"}',
      'send {"to":"Bob"}',
      'thinking I send it.',
      'chunk Done.',
    ]);
    expect(seen).toEqual([
      ['thinking', 'Let me see.', null],
      ['text', 'I send.', null],
      ['tool_call', '{"name":"send","args":{"to":"Ann"}}', 'send'],
      ['tool_call', '{"name":"send","args":{"to":"Bob"}}', 'send'],
      ['thinking', 'I send it.', null],
      ['text', 'Done.', null],
    ]);
    expect(stream.asThunk.toolCalls).toHaveLength(2);
    expect(stream.finalValidations).toHaveLength(2);
  });

  it('a tool call that fails stops it as text does, and is not shown', async () => {
    const backend = new ScriptedBackend([answer]);
    const stream = await streamWithChunking('go', backend, ctx, {
      requirements: [new Watches('Bob', ['tool_call'])],
    });
    await stream.acomplete();
    expect(told(await collect(stream.events()))).toEqual([
      'thinking Let me see.',
      'chunk I send.',
      'tool_call 0 true',
      'send {"to":"Ann"}',
      'tool_call 1 false',
    ]);
    expect([stream.completed, stream.asThunk.toolCalls, stream.asThunk.thinking]).toEqual([
      false,
      null,
      null,
    ]);
  });

  it('a channel that fails does not wait for the verdicts of the others', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([answer]), ctx, {
      requirements: [new Asked(true), new Watches('Bob', ['tool_call'])],
    });
    await stream.acomplete();
    expect([stream.completed, stream.fullText, stream.streamingFailures.length]).toEqual([false, '', 1]);
  });

  it('a late fail of another channel does not undo the fail that came first', async () => {
    const verdict = (after: Promise<unknown>, success: 'pass' | 'fail') => () =>
      after.then(() => new PartialValidationResult(success, { reason: 'no' }));
    class Waits extends Requirement implements StreamingTraits {
      readonly channels: readonly StreamChannel[];
      constructor(channel: StreamChannel, streamValidate: () => Promise<PartialValidationResult>) {
        super('Waits.', { validationFn: () => true });
        this.channels = [channel];
        this.streamValidate = streamValidate;
      }
    }
    const failed = drain();
    const failedToo = failed.then(drain);
    const requirements = [
      new Waits('thinking', verdict(failed, 'fail')),
      new Waits('thinking', verdict(failedToo.then(drain), 'pass')),
      new Waits('text', verdict(failedToo, 'fail')),
    ];
    const stream = await streamWithChunking('go', new ScriptedBackend([answer]), ctx, { requirements });
    await stream.acomplete();
    expect([stream.completed, stream.fullText, stream.streamingFailures.length]).toEqual([false, '', 1]);
    expect(stream.account.verdict).toBe('failed');
  });

  it('reasoning that fails stops the model before it comes to its text', async () => {
    const backend = new ScriptedBackend([{ ...answer, hangs: true }]);
    const stream = await streamWithChunking('go', backend, ctx, {
      requirements: [new Watches('see', ['thinking'])],
    });
    await stream.acomplete();
    expect(backend.calls[0]?.deltasTaken).toBe(0);
    expect(told(await collect(stream.events()))).toEqual(['thinking 0 false']);
  });

  it('what could not be heard while it came, as of a thunk of another copy of core, is checked at the end', async () => {
    class Deaf extends ScriptedBackend {
      override async generateFromContext(...args: never[]): Promise<never> {
        const [thunk, after] = await super.generateFromContext(...(args as unknown as [never, never]));
        Object.defineProperty(thunk, '_hear', { get: () => null, set: () => undefined });
        return [thunk, after] as never;
      }
    }
    const run = async (word: string): Promise<string[]> => {
      const stream = await streamWithChunking('go', new Deaf([answer]), ctx, {
        requirements: [new Watches(word, ['thinking', 'tool_call'])],
      });
      await stream.acomplete();
      return told(await collect(stream.events()));
    };
    expect(await run('Bob')).toContain('send {"to":"Ann"}');
    expect(await run('Bob')).not.toContain('send {"to":"Bob"}');
    expect(await run('x')).toEqual(expect.arrayContaining(['thinking Let me see.', 'thinking I send it.']));
  });

  it('a new attempt thinks anew: the old reasoning and calls are taken back, the text stands', async () => {
    const first = { ...answer, deltas: ['I se', 'nd. Not '] };
    const backend = new ScriptedBackend([first, { thinking: 'Aha. ', deltas: [' Done.'] }], {
      capabilities: { prefill: true },
    });
    const stream = await streamWithChunking('go', backend, ctx, {
      requirements: [new Watches('Bob', ['tool_call'])],
      retry: { attempts: 2, mode: 'resume' },
    });
    expect(await collect(stream)).toEqual(['I send.', 'Done.']);
    expect(told(await collect(stream.events())).slice(4)).toEqual([
      'tool_call 1 false',
      'retract thinking 0',
      'retract tool_call 0',
      'thinking Aha.',
      'chunk Done.',
    ]);
    expect(stream.asThunk.toolCalls).toBeNull();
  });
});
