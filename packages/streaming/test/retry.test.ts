import { type Part, PartialValidationResult, Requirement } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { fromSplit, type StreamChunkingResult, type StreamEvent, streamWithChunking } from '../src/index.js';
import { collect, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();
const bad = { deltas: ['One. T', 'wo. Th', 'ree. Fo', 'ur.'], hangs: true };

/** What happened, in short. */
const told = (events: readonly StreamEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'chunk') return `${event.attempt}.${event.chunkIndex} ${event.text}`;
    if (event.type === 'retract') return `retract ${event.channel} ${event.chunkIndex}`;
    if (event.type === 'retry') return `retry ${event.attempt}: ${event.reason}`;
    if (event.type === 'quick_check') return event.passed ? 'ok' : 'fail';
    return event.type;
  });
const eventsOf = async (stream: StreamChunkingResult): Promise<string[]> =>
  told(await collect(stream.events())).filter((one) => one !== 'ok');

describe('restart', () => {
  it('begins anew with the reason, takes back what was shown, and text readers get the last text only', async () => {
    const backend = new ScriptedBackend([bad, { deltas: ['Uno. D', 'os.'] }]);
    const original = new Forbids('Three');
    const stream = await streamWithChunking('Count.', backend, ctx, {
      requirements: [original],
      retry: { attempts: 2, mode: 'restart' },
    });
    expect(await collect(stream)).toEqual(['Uno.', 'Dos.']);
    expect(await eventsOf(stream)).toEqual([
      '1.0 One.',
      '1.1 Two.',
      'fail',
      'retract text 0',
      'retry 2: said Three',
      '2.0 Uno.',
      'settled',
      '2.1 Dos.',
      'settled',
      'streaming_done',
      'full_validation',
      'completed',
    ]);
    expect([stream.completed, stream.fullText, stream.streamingFailures]).toEqual([true, 'Uno. Dos.', []]);
    expect(backend.calls[1]?.prompt).toBe(
      'Count.\n\nAn earlier answer was not accepted:\n- said Three\nDo better here.',
    );
    expect(backend.calls[0]?.signal.aborted).toBe(true);
    expect(original.seen).toEqual([]);
    expect(stream.context.asList().map(String)).toEqual(['Count.', 'Uno. Dos.']);
    expect(stream.attempts.map(({ attempt, reason, textLength }) => [attempt, reason, textLength])).toEqual([
      [1, 'said Three', expect.any(Number)],
      [2, null, 9],
    ]);
  });

  it('text readers wait while a restart can come; the last attempt is live', async () => {
    const stream = await streamWithChunking('Count.', new ScriptedBackend([bad, bad]), ctx, {
      requirements: [new Forbids('Three')],
      retry: { attempts: 2, mode: 'restart' },
    });
    const shown: string[] = [];
    for await (const event of stream.events()) {
      if (event.type === 'chunk')
        shown.push(`${event.attempt} ${event.text} ${stream._run.readers.chunks.items.includes(event.text)}`);
    }
    expect(shown).toEqual(['1 One. false', '1 Two. false', '2 One. true', '2 Two. true']);
    expect(await collect(stream)).toEqual(['One.', 'Two.']);
    expect([stream.completed, stream.fullText, stream.streamingFailures.length]).toEqual([
      false,
      'One. Two.',
      1,
    ]);
    expect((await collect(stream.events())).at(-1)).toMatchObject({ type: 'completed', attemptsUsed: 2 });
  });

  it('the action says itself how it is repaired; retry.repair says it in its place', async () => {
    class Task extends Forbids {
      note = '';
      override formatForLlm(): string {
        return `task ${this.note}`;
      }
      copyAndRepair(note: string): Task {
        return Object.assign(new Task(''), { note });
      }
    }
    const own = new ScriptedBackend([bad, { deltas: ['Uno.'] }]);
    const requirements = [new Forbids('Three')];
    const retry = { attempts: 2, mode: 'restart' } as const;
    await (await streamWithChunking(new Task(''), own, ctx, { requirements, retry })).acomplete();
    expect(own.calls[1]?.prompt).toBe('task - said Three');
    const given = new ScriptedBackend([bad, { deltas: ['Uno.'] }]);
    const repair = (action: Part, reasons: readonly string[]): Part =>
      Object.assign(new Task(''), { note: `${String(action !== null)} ${reasons.join()}` });
    await (
      await streamWithChunking('Go.', given, ctx, { requirements, retry: { ...retry, repair } })
    ).acomplete();
    expect(given.calls[1]?.prompt).toBe('task true said Three');
  });

  it('an error is no failed chunk: it is not tried again, and what passed is given before it', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One. T'], error: new Error('boom') }]);
    const stream = await streamWithChunking('Go.', backend, ctx, { retry: { attempts: 3, mode: 'restart' } });
    const seen: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const chunk of stream) seen.push(chunk);
      })(),
    );
    expect([seen, error.message, backend.calls.length]).toEqual([['One.'], 'scripted: boom', 1]);
  });

  it('a new attempt that cannot begin is an error of the stream', async () => {
    class Once extends ScriptedBackend {
      override async generateFromContext(...args: never[]): Promise<never> {
        if (this.calls.length > 0) throw new Error('no more');
        return (await super.generateFromContext(...(args as unknown as [never, never]))) as never;
      }
    }
    const stream = await streamWithChunking('Go.', new Once([bad]), ctx, {
      requirements: [new Forbids('Three')],
      retry: { attempts: 2, mode: 'restart' },
    });
    expect((await failureOf(stream.acomplete())).message).toBe('no more');
    expect((await eventsOf(stream)).slice(-3)).toEqual(['retry 2: said Three', 'error', 'completed']);
  });
});

/** Lets so many sentences pass: it must not forget those that were kept. */
class AtMost extends Requirement {
  readonly most: number;
  count = 0;
  constructor(most: number) {
    super(`At most ${most} sentences.`, { validationFn: () => true });
    this.most = most;
  }
  override streamValidate(): PartialValidationResult {
    return new PartialValidationResult(++this.count > this.most ? 'fail' : 'pass');
  }
}

describe('resume', () => {
  const retry = { attempts: 3, mode: 'resume' } as const;

  it.each([
    [true, ' 3. Four.'],
    [true, '3. Four.'],
    [false, '3. Four.'],
    [false, 'Two here. 3. Four.'],
    [false, 'One. Two here. 3. Four.'],
  ])('goes on from what passed (prefill %s), and readers see one text: %s', async (prefill, continuation) => {
    const first = { ...bad, deltas: ['One. T', 'wo here. Th', 'ree. Fo', 'ur.'] };
    const deltas = continuation.match(/.{1,3}/gs) ?? [];
    const backend = new ScriptedBackend([first, { deltas }], { capabilities: { prefill } });
    const stream = await streamWithChunking('Count.', backend, ctx, {
      requirements: [new Forbids('Three'), new AtMost(4)],
      retry,
    });
    expect(await collect(stream)).toEqual(['One.', 'Two here.', '3.', 'Four.']);
    expect(await eventsOf(stream)).toEqual([
      '1.0 One.',
      '1.1 Two here.',
      'fail',
      'retry 2: said Three',
      '2.2 3.',
      '2.3 Four.',
      'streaming_done',
      'full_validation',
      'completed',
    ]);
    expect([stream.fullText, stream.asThunk.parsedRepr]).toEqual(Array(2).fill('One. Two here. 3. Four.'));
    const [, second] = backend.calls;
    expect(String(second?.action)).toBe(
      prefill
        ? 'One. Two here.'
        : 'Your answer was stopped there. What came next was not accepted:\n- said Three\n' +
            'Go on exactly where it stopped, and do better. Do not repeat anything of it.',
    );
    expect(second?.view.map(String)).toEqual(
      prefill
        ? ['Count.\n\nAn earlier answer was not accepted:\n- said Three\nDo better here.']
        : ['Count.', 'One. Two here.'],
    );
    expect(stream.context.asList().map(String)).toEqual(['Count.', stream.fullText]);
  });

  it('a clone with state knows the kept text, and nobody is told its verdicts again', async () => {
    const second = { deltas: [' 3. Four. Five.'], hangs: true };
    const backend = new ScriptedBackend([bad, second], { capabilities: { prefill: true } });
    const stream = await streamWithChunking('Count.', backend, ctx, {
      requirements: [new Forbids('Three'), new AtMost(3)],
      retry: { attempts: 2, mode: 'resume' },
    });
    expect(await collect(stream)).toEqual(['One.', 'Two.', '3.']);
    expect([stream.completed, stream.fullText]).toEqual([false, 'One. Two. 3.']);
    const checks = (await collect(stream.events())).filter(({ type }) => type === 'quick_check');
    expect(checks.map((event) => 'chunkIndex' in event && event.chunkIndex)).toEqual([0, 1, 2, 2, 3]);
  });

  it('resumes more than once, and sums what it cost', async () => {
    const usage = { promptTokens: 5, completionTokens: 4, totalTokens: 9 };
    const script = [bad, { deltas: [' 3. Three. '], hangs: true }, { deltas: [' Fin.'], usage }];
    const backend = new ScriptedBackend(script, { capabilities: { prefill: true } });
    const stream = await streamWithChunking('Count.', backend, ctx, {
      requirements: [new Forbids('Three')],
      retry,
      modelOptions: { maxNewTokens: 100 },
    });
    expect(stream.account).toMatchObject({ verdict: null, attempts: 0, timeToFirstChunkMs: null });
    await stream.acomplete();
    expect(stream.fullText).toBe('One. Two. 3. Fin.');
    const [first, second, third] = stream.attempts;
    expect(first?.usage).toEqual({
      promptTokens: 2, // 'Count.'
      completionTokens: 5, // 'One. Two. Three. Fo'
      totalTokens: 7,
      estimated: true,
    });
    expect(first?.saved).toEqual({ tokens: 95, ms: expect.any(Number) });
    expect([second?.reason, second?.usage.estimated]).toEqual(['said Three', true]);
    expect([third?.usage, third?.saved]).toEqual([usage, null]);
    const { promptTokens } = stream.account.usage;
    expect(promptTokens).toBe((first?.usage.promptTokens ?? 0) + (second?.usage.promptTokens ?? 0) + 5);
    expect(stream.account).toMatchObject({
      verdict: 'passed',
      attempts: 3,
      usage: { estimated: true },
      timeToFirstChunkMs: expect.any(Number),
      saved: { tokens: 95 + 97 },
    });
  });

  it('nothing was shown yet: the same as a restart', async () => {
    const backend = new ScriptedBackend([{ deltas: ['Three. Four.'], hangs: true }, { deltas: ['One.'] }]);
    const stream = await streamWithChunking('Count.', backend, ctx, {
      requirements: [new Forbids('Three')],
      retry,
    });
    expect(await collect(stream)).toEqual(['One.']);
    expect(backend.calls[1]?.prompt).toContain('An earlier answer was not accepted');
  });

  it('chunks that are not in the text leave no place to go on from: an error, and nothing is taken back', async () => {
    const chunking = fromSplit((text) => text.toUpperCase().match(/[^.]+\./g) ?? []);
    const stream = await streamWithChunking('Count.', new ScriptedBackend([bad]), ctx, {
      requirements: [new Forbids('THREE')],
      chunking,
      retry,
    });
    expect((await failureOf(stream.acomplete())).message).toContain(
      "chunking 'custom' gives chunks that are not in",
    );
    expect((await eventsOf(stream)).filter((one) => one.startsWith('retract'))).toEqual([]);
  });

  it('bad options are refused before any request', async () => {
    const backend = new ScriptedBackend([bad]);
    const format = { type: 'object' };
    const messages = await Promise.all(
      [
        { retry: { attempts: 0, mode: 'resume' as const } },
        { retry: { attempts: 2, mode: 'again' as 'resume' } },
        { retry, format },
        { release: { window: 0 } },
        { release: 'lax' as 'strict' },
        { requirements: [Object.assign(new Requirement('x'), { channels: ['tools'] })] },
        { requirements: [Object.assign(new Requirement('x'), { chunking: 'lines' })] },
      ].map(async (options) => (await failureOf(streamWithChunking('x', backend, ctx, options))).message),
    );
    expect(messages).toEqual([
      expect.stringContaining('retry.attempts must be a whole number from 1, got number 0'),
      expect.stringContaining("retry.mode must be 'restart' or 'resume'"),
      expect.stringContaining("'resume' cannot go on inside a format"),
      expect.stringContaining('release.window must be a whole number from 1, got number 0'),
      expect.stringContaining(
        "release must be 'strict', 'optimistic' or { window: <a whole number from 1> }, got",
      ),
      expect.stringContaining("requirements[0].channels must be an array of 'text', 'thinking', 'tool_call'"),
      expect.stringContaining('unknown name "lines"'),
    ]);
    expect(backend.calls).toHaveLength(0);
  });

  it.each(['resume', 'restart'] as const)('cancel() between the attempts ends it: %s', async (mode) => {
    const backend = new ScriptedBackend([bad, { deltas: ['Uno.'] }]);
    const held: { stream?: StreamChunkingResult } = {};
    const repair = (action: Part): Part => {
      void held.stream?.cancel();
      return action;
    };
    held.stream = await streamWithChunking('Count.', backend, ctx, {
      requirements: [new Forbids('Three')],
      retry: { attempts: 2, mode, repair },
    });
    const { stream } = held;
    await stream.acomplete();
    const stands = mode === 'resume' ? ['One.', 'Two.'] : [];
    expect([await collect(stream), stream.fullText]).toEqual([stands, stands.join(' ')]);
    expect([stream.completed, stream.attempts.length, stream.account.verdict]).toEqual([
      false,
      1,
      'cancelled',
    ]);
    expect((await eventsOf(stream)).at(-1)).toBe('completed');
    expect(backend.calls).toHaveLength(1);
  });
});
