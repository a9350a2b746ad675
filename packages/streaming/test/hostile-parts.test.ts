import { PartialValidationResult, Requirement, type ValidationResult } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { type ChunkingStrategy, type StreamChunkingResult, streamWithChunking } from '../src/index.js';
import { collect, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();
const oneDelta = (): ScriptedBackend => new ScriptedBackend([{ deltas: ['One. Two. Three. Four. '] }]);
const types = async (stream: StreamChunkingResult): Promise<string[]> =>
  (await collect(stream.events())).map(({ type }) => type);

describe('validators', () => {
  it('that throw what has no text do not hang the stream', async () => {
    class Throws extends Requirement {
      override streamValidate(): PartialValidationResult {
        throw Object.create(null);
      }
    }
    const stream = await streamWithChunking('go', oneDelta(), ctx, { requirements: [new Throws()] });
    await stream.acomplete().catch(() => undefined);
    expect((await collect(stream.events()))[0]).toMatchObject({
      type: 'error',
      detail: 'an error without text',
    });
  });

  it('that cancel the stream, or abort its signal, stop it at once: nothing more of the delta is released', async () => {
    for (const how of ['cancel', 'abort'] as const) {
      const controller = new AbortController();
      const held: { stream?: StreamChunkingResult } = {};
      class Stops extends Requirement {
        count = 0;
        override streamValidate(): PartialValidationResult {
          if (++this.count === 2) {
            if (how === 'abort') controller.abort();
            else void held.stream?.cancel();
          }
          return new PartialValidationResult('pass');
        }
      }
      const backend = new ScriptedBackend([{ deltas: ['One. Two. Three. Four. '], delayMs: 1 }]);
      held.stream = await streamWithChunking('go', backend, ctx, {
        requirements: [new Stops()],
        signal: controller.signal,
      });
      await held.stream.acomplete().catch(() => undefined);
      expect([held.stream.fullText, held.stream.completed]).toEqual(['One.', false]);
    }
  });

  it('a reader that cancels at the first flushed chunk gets no success', async () => {
    const chunking: ChunkingStrategy = {
      name: 'all at the end',
      start: () => ({
        push: () => [],
        flush: () => [
          { text: 'One.', start: 0, end: 4 },
          { text: 'Two.', start: 5, end: 9 },
        ],
      }),
    };
    const stream = await streamWithChunking('go', oneDelta(), ctx, { chunking });
    for await (const _ of stream) {
      await stream.cancel();
      break;
    }
    expect((await types(stream)).at(-1)).toBe('completed');
  });

  it('validate that gives no verdict is an error that names the class', async () => {
    class Odd extends Forbids {
      override async validate(): Promise<ValidationResult> {
        return true as unknown as ValidationResult;
      }
    }
    const stream = await streamWithChunking('go', oneDelta(), ctx, { requirements: [new Odd('x')] });
    expect((await failureOf(stream.acomplete())).message).toBe(
      'validate of Odd must give a ValidationResult, got boolean true.',
    );
  });

  it('an error about private things of its own passes as it is; a private method is explained', async () => {
    class OwnTrouble extends Requirement {
      override streamValidate(): PartialValidationResult {
        throw new TypeError('the private key is malformed');
      }
    }
    class PrivateMethod extends Requirement {
      override streamValidate(): PartialValidationResult {
        return this.#verdict();
      }
      #verdict(): PartialValidationResult {
        return new PartialValidationResult('pass');
      }
    }
    const run = async (requirement: Requirement): Promise<string> => {
      const stream = await streamWithChunking('go', oneDelta(), ctx, { requirements: [requirement] });
      return (await failureOf(stream.acomplete())).message;
    };
    expect(await run(new OwnTrouble())).toBe('the private key is malformed');
    expect(await run(new PrivateMethod())).toContain('override clone()');
  });

  it('many judges of one stream share its signal without a warning', async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): unknown => warnings.push(name);
    process.on('warning', onWarning);
    const judge = new ScriptedBackend([{ deltas: ['yes'] }]);
    const requirements = Array.from({ length: 20 }, (_, i) => new Requirement(`rule ${i}`));
    const stream = await streamWithChunking('go', oneDelta(), ctx, {
      requirements,
      validationBackend: judge,
    });
    await stream.acomplete();
    process.off('warning', onWarning);
    expect([stream.finalValidations.length, warnings]).toEqual([20, []]);
  });
});

describe('chunkings', () => {
  it.each([
    ['no end', { text: 'One.', start: 0 }],
    ['an end beyond the output', { text: 'One.', start: 0, end: 99 }],
    ['an end that goes back', { text: 'One.', start: 0, end: -1 }],
    ['no text', { start: 0, end: 4 }],
  ])('a segment with %s is an error, and shows nothing unchecked (6.6)', async (_, segment) => {
    const chunking = {
      name: 'mine',
      start: () => ({ push: () => [segment], flush: () => [] }),
    } as unknown as ChunkingStrategy;
    const stream = await streamWithChunking('go', oneDelta(), ctx, {
      chunking,
      requirements: [new Forbids('Two')],
    });
    expect((await failureOf(stream.acomplete())).message).toMatch(/^chunking 'mine' gave a segment with /);
    expect([stream.fullText, stream.asThunk.value]).toEqual(['', '']);
  });
});

describe('results', () => {
  it('as JSON they are the outcome, without the backend', async () => {
    const stream = await streamWithChunking('go', oneDelta(), ctx, { requirements: [new Forbids('Three')] });
    await stream.acomplete();
    expect(JSON.parse(JSON.stringify(stream))).toEqual({
      completed: false,
      fullText: 'One. Two.',
      finalValidations: [],
      streamingFailures: [
        { description: 'Do not say Three.', success: 'fail', reason: 'said Three', score: null },
      ],
    });
  });

  it('a reader can neither change an event nor write into the log', async () => {
    const stream = await streamWithChunking('go', oneDelta(), ctx);
    await stream.acomplete();
    const [first] = await collect(stream.events());
    expect(Object.isFrozen(first)).toBe(true);
    expect(Reflect.ownKeys(stream.events())).toEqual([Symbol.asyncIterator]);
    expect(stream.context).toBe(stream.context);
  });
});
