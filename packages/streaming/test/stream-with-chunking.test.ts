import {
  Backend,
  type ContextCall,
  GenerationCancelledError,
  type GenerationEvent,
  PartialValidationResult,
  type RawItem,
  Requirement,
  type StreamValidationIo,
  ValidationResult,
} from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type StreamEvent, StreamNotFinishedError, streamWithChunking } from '../src/index.js';
import { collect, drain, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();
const story = ['One. T', 'wo. Th', 'ree. Fo', 'ur.'];
const types = (events: readonly StreamEvent[]): string[] => events.map((event) => event.type);

/** Every test: no unhandled rejection, no timer left. */
const unhandled: unknown[] = [];
const remember = (reason: unknown): unknown => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', remember);
});
afterEach(async () => {
  await drain();
  process.off('unhandledRejection', remember);
  expect(unhandled).toEqual([]);
});

/** A requirement whose verdict does not come before the signal aborts. */
class Hangs extends Requirement {
  static aborts = 0;
  override streamValidate(_: string, io: StreamValidationIo): Promise<PartialValidationResult> {
    return new Promise((_resolve, reject) => {
      io.signal.addEventListener('abort', () => {
        Hangs.aborts += 1;
        reject(new Error('aborted'));
      });
    });
  }
}

describe('what readers see', () => {
  it('chunks as they passed; the failed one is not shown, the generation is stopped (6.2, 6.3)', async () => {
    const backend = new ScriptedBackend([{ deltas: story, hangs: true }]);
    const stream = await streamWithChunking('go', backend, ctx, { requirements: [new Forbids('Three')] });
    expect(await collect(stream)).toEqual(['One.', 'Two.']);
    await stream.acomplete();
    expect([stream.completed, stream.fullText, stream.finalValidations]).toEqual([false, 'One. Two.', []]);
    expect([stream.thunk.cancelled, backend.calls[0]?.signal.aborted]).toEqual([true, true]);
    expect(
      stream.streamingFailures.map(([requirement, verdict]) => [requirement.description, verdict.reason]),
    ).toEqual([['Do not say Three.', 'said Three']]);
    expect(stream.asThunk.generation.provider).toBe('scripted');
    expect(JSON.stringify(stream.asThunk)).not.toContain('Three');
    expect(stream.context.asList().map(String)).toEqual(['go', 'One. Two.']);
  });

  it('any number of readers, at any time, each from the start; one that leaves ends itself only (6.7)', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx);
    for await (const _ of stream) break;
    const together = await Promise.all([
      collect(stream),
      collect(stream.astream()),
      collect(stream.toReadableStream()),
    ]);
    expect(together).toEqual(Array(3).fill(['One.', 'Two.', 'Three.', 'Four.']));
    expect(await collect(stream.astream())).toHaveLength(4);
    expect(types(await collect(stream.events()))).toEqual(types(await collect(stream.events())));
  });

  it('nobody reads: it runs to its end all the same', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx);
    await stream.acomplete();
    expect([stream.completed, stream.fullText]).toEqual([true, 'One. Two. Three. Four.']);
  });

  it('the outcome before the end is an error that says what to do', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story, hangs: true }]), ctx);
    expect(() => stream.asThunk).toThrow(StreamNotFinishedError);
    expect(() => stream.context).toThrow(/await acomplete\(\)/);
    expect(stream.completed).toBe(false);
    await stream.cancel();
    expect(stream.asThunk.value).toBe(stream.fullText);
  });

  it('property: no reader ever sees what no validator has seen, for any text, cutting and verdicts', async () => {
    const words = fc.array(fc.constantFrom('a', 'Bad', '. ', '! ', ' ', '\n\n', '.', 'é', '你'), {
      maxLength: 40,
    });
    const names = fc.constantFrom('sentence', 'word', 'paragraph' as const);
    await fc.assert(
      fc.asyncProperty(words, names, fc.boolean(), async (deltas, chunking, slow) => {
        const passed: string[] = [];
        class Gate extends Forbids {
          override streamValidate(chunk: string): PartialValidationResult {
            const verdict = super.streamValidate(chunk);
            if (verdict.success !== 'fail') passed.push(chunk);
            return slow ? (Promise.resolve(verdict) as never) : verdict;
          }
        }
        const backend = new ScriptedBackend([{ deltas }]);
        const stream = await streamWithChunking('go', backend, ctx, {
          requirements: [new Gate('Bad')],
          chunking,
        });
        let seen = 0;
        for await (const chunk of stream) expect(passed[seen++]).toBe(chunk);
        await stream.acomplete();
        expect(stream.fullText).not.toContain('Bad');
        expect(seen).toBe(passed.length);
        expect(stream.completed).toBe(!deltas.join('').includes('Bad'));
      }),
      { numRuns: 200 },
    );
  });
});

describe('validation', () => {
  it('io has the context with the action, without the unfinished output (6.2)', async () => {
    let shown: string[] = [];
    class Looks extends Requirement {
      override streamValidate(_: string, io: StreamValidationIo): PartialValidationResult {
        shown = io.ctx.asList().map(String);
        return new PartialValidationResult('pass');
      }
    }
    const requirements = [new Looks('x', { validationFn: () => true })];
    await (
      await streamWithChunking('go', new ScriptedBackend([{ deltas: ['A. '] }]), ctx, { requirements })
    ).acomplete();
    expect(shown).toEqual(['go']);
  });

  it('every stream has clones of its own (6.8): state does not leak from one to the next', async () => {
    const original = new Forbids('nothing');
    for (let i = 0; i < 2; i++) {
      const backend = new ScriptedBackend([{ deltas: story }]);
      const stream = await streamWithChunking('go', backend, ctx, { requirements: [original] });
      await stream.acomplete();
    }
    expect(original.seen).toEqual([]);
  });

  it('a class with #private fields gets an error that says to override clone()', async () => {
    class Private extends Requirement {
      #count = 0;
      override streamValidate(): PartialValidationResult {
        this.#count += 1;
        return new PartialValidationResult('pass');
      }
    }
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [new Private('x')],
    });
    const error = await failureOf(stream.acomplete());
    expect(error.message).toBe(
      'Private has #private fields, which its clone lacks: override clone() to make a new one.',
    );
  });

  it('one that throws aborts the signal of its peers (6.5)', async () => {
    Hangs.aborts = 0;
    class Throws extends Requirement {
      override async streamValidate(): Promise<PartialValidationResult> {
        throw new Error('boom');
      }
    }
    const stream = await streamWithChunking(
      'go',
      new ScriptedBackend([{ deltas: story, hangs: true }]),
      ctx,
      {
        requirements: [new Hangs('x'), new Throws('y')],
      },
    );
    expect((await failureOf(stream.acomplete())).message).toBe('boom');
    expect([Hangs.aborts, stream.thunk.cancelled]).toEqual([1, true]);
    expect(types(await collect(stream.events()))).toEqual(['error', 'completed']);
  });

  it('a verdict that is none is an error that names the class', async () => {
    class Odd extends Requirement {
      override streamValidate(): PartialValidationResult {
        return true as unknown as PartialValidationResult;
      }
    }
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [new Odd('x')],
    });
    expect((await failureOf(stream.acomplete())).message).toBe(
      'streamValidate of Odd must give a PartialValidationResult, got boolean true.',
    );
  });

  it('a judge is asked at the end, on the completed context, with the validation backend (6.4)', async () => {
    const judge = new ScriptedBackend([{ deltas: ['Yes.'] }]);
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [new Requirement('be short')],
      validationBackend: judge,
    });
    await stream.acomplete();
    expect(stream.finalValidations.map((one) => [one.asBool(), one.reason])).toEqual([[true, 'Yes.']]);
    expect(judge.calls[0]?.prompt).toContain('One. Two. Three. Four.');
  });
});

describe('ends', () => {
  it('cancel(): readers end, acomplete() resolves, no error event (6.5)', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story, hangs: true }]), ctx);
    const chunks = collect(stream);
    await drain();
    await stream.cancel('enough');
    await stream.acomplete();
    expect(await chunks).toEqual(['One.', 'Two.', 'Three.']);
    expect(types(await collect(stream.events())).slice(-2)).toEqual(['chunk', 'completed']);
    expect([stream.completed, stream.fullText, stream.thunk.cancelled]).toEqual([
      false,
      'One. Two. Three.',
      true,
    ]);
    await stream.cancel();
  });

  it('cancel() while a validator hangs, and while the final validation does', async () => {
    Hangs.aborts = 0;
    const first = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [new Hangs('x')],
    });
    await drain();
    await first.cancel();
    expect([Hangs.aborts, first.fullText, types(await collect(first.events()))]).toEqual([
      1,
      '',
      ['completed'],
    ]);
    const slow = new Requirement('x', { validationFn: () => new Promise(() => undefined) });
    const second = await streamWithChunking('go', new ScriptedBackend([{ deltas: story }]), ctx, {
      requirements: [slow],
    });
    await drain();
    await second.cancel();
    await second.acomplete();
    expect([second.completed, second.fullText]).toEqual([false, 'One. Two. Three. Four.']);
  });

  it('cancelling the thunk from outside counts as cancel(), also while a validator hangs', async () => {
    for (const requirements of [[], [new Hangs('x')]]) {
      const stream = await streamWithChunking(
        'go',
        new ScriptedBackend([{ deltas: story, hangs: true }]),
        ctx,
        { requirements },
      );
      await drain();
      await stream.thunk.cancelGeneration();
      await stream.acomplete();
      expect(types(await collect(stream.events())).at(-1)).toBe('completed');
      expect([stream.completed, types(await collect(stream.events())).includes('error')]).toEqual([
        false,
        false,
      ]);
    }
  });

  it('an aborted signal is an exception (6.5), in the stream, in a validator and at the end', async () => {
    const never = new Requirement('x', { validationFn: () => new Promise(() => undefined) });
    for (const [requirements, hangs] of [
      [[], true],
      [[new Hangs('x')], true],
      [[never], false],
    ] as const) {
      const controller = new AbortController();
      const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: story, hangs }]), ctx, {
        requirements,
        signal: controller.signal,
      });
      await drain();
      controller.abort('stop');
      expect(GenerationCancelledError.is(await failureOf(stream.acomplete()))).toBe(true);
      expect(GenerationCancelledError.is(await failureOf(collect(stream)))).toBe(true);
      expect(types(await collect(stream.events())).slice(-2)).toEqual(['error', 'completed']);
    }
  });

  it('await using cancels what still runs; leaving a loop does not', async () => {
    const backend = new ScriptedBackend([{ deltas: story, hangs: true }]);
    {
      await using stream = await streamWithChunking('go', backend, ctx);
      for await (const _ of stream) break;
      expect(stream.thunk.settled).toBe(false);
    }
    expect(backend.calls[0]?.signal.aborted).toBe(true);
  });

  it('a chunking that throws is an error, and stops the generation', async () => {
    const chunking = {
      name: 'bad',
      start: () => ({
        push: () => {
          throw new Error('cut');
        },
        flush: () => [],
      }),
    };
    const stream = await streamWithChunking(
      'go',
      new ScriptedBackend([{ deltas: story, hangs: true }]),
      ctx,
      { chunking },
    );
    expect((await failureOf(stream.acomplete())).message).toBe('cut');
    expect(stream.thunk.cancelled).toBe(true);
  });

  it('bad input is refused before any request', async () => {
    const backend = new ScriptedBackend([{ deltas: story }]);
    const bad = [
      streamWithChunking('go', backend, ctx, { chunking: 'lines' as 'word' }),
      streamWithChunking('go', backend, ctx, { requirements: ['be kind' as unknown as Requirement] }),
      streamWithChunking(7 as unknown as string, backend, ctx),
    ];
    const messages = await Promise.all(bad.map(async (one) => (await failureOf(one)).message));
    expect(messages[0]).toMatch(/unknown name "lines"; use 'sentence', 'word', 'paragraph'/);
    expect(messages[1]).toMatch(/requirements\[0\] must be a Requirement, got string "be kind"/);
    expect(messages[2]).toMatch(/got number 7/);
    expect(backend.calls).toHaveLength(0);
  });
});

describe('types and options', () => {
  it('with a format the outcome is the schemas type; options reach the backend with stream on', async () => {
    const backend = new ScriptedBackend([{ deltas: ['{"n":', '1}'] }]);
    const stream = await streamWithChunking('go', backend, ctx, {
      format: z.object({ n: z.number() }),
      modelOptions: { temperature: 0.5 },
    });
    await stream.acomplete();
    const parsed: { n: number } | null = stream.thunk.parsedRepr;
    expect(parsed).toEqual({ n: 1 });
    expect(stream.asThunk.parsedRepr).toEqual({ n: 1 });
    expect(backend.calls[0]?.modelOptions).toEqual({ temperature: 0.5, stream: true });
  });
});

describe('cost', () => {
  it('the stream is linear in its text: events and reads double with it, nothing is rescanned', async () => {
    class Deltas extends Backend {
      readonly provider = 'deltas';
      readonly modelId = 'd';
      readonly count: number;
      constructor(count: number) {
        super();
        this.count = count;
      }
      async *_generateFromContext(_: ContextCall): AsyncGenerator<GenerationEvent> {
        for (let i = 0; i < this.count; i++) yield { type: 'text', text: i % 10 === 9 ? '. ' : 'ab' };
        yield { type: 'finish', reason: 'stop' };
      }
      async _generateFromRaw(): Promise<RawItem[]> {
        return [];
      }
    }
    class Cheap extends Requirement {
      override streamValidate(): PartialValidationResult {
        return new PartialValidationResult('pass');
      }
      override async validate(): Promise<ValidationResult> {
        return new ValidationResult(true);
      }
    }
    for (const count of [20_000, 40_000]) {
      const stream = await streamWithChunking('go', new Deltas(count), ctx, {
        requirements: [new Cheap(), new Cheap()],
      });
      expect(await collect(stream)).toHaveLength(count / 10);
      expect(await collect(stream.events())).toHaveLength((count / 10) * 2 + 3);
      expect(stream.fullText).toHaveLength(count * 2);
    }
  });
});
