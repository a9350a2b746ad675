import { PartialValidationResult, Requirement, type StreamValidationIo } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it, vi } from 'vitest';
import { type ChannelValidationIo, type StreamChannel, streamWithChunking } from '../src/index.js';
import { collect, deferred, Forbids, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();

/** A requirement whose verdicts are promises that the test makes. */
class Later extends Requirement {
  readonly channels: readonly StreamChannel[] = ['text', 'thinking'];
  readonly stateless = true;
  readonly verdict: (chunk: string, channel: StreamChannel) => Promise<PartialValidationResult>;
  constructor(verdict: Later['verdict']) {
    super('later', { validationFn: () => true });
    this.verdict = verdict;
  }
  override streamValidate(chunk: string, io: StreamValidationIo): Promise<PartialValidationResult> {
    return this.verdict(chunk, (io as ChannelValidationIo).channel);
  }
}

const fail = new PartialValidationResult('fail', { reason: 'no' });
const pass = new PartialValidationResult('pass');

describe('a failure that is decided', () => {
  it.each(['thinking', 'text'] as const)('stays one when a late check of the %s throws', async (channel) => {
    const late = deferred<PartialValidationResult>();
    const first = deferred<PartialValidationResult>();
    const requirement = new Later((chunk, of) => {
      if (chunk === 'Late.') return late.promise;
      return of === 'text' ? first.promise : Promise.resolve(pass);
    });
    const backend = new ScriptedBackend([
      channel === 'thinking'
        ? { thinking: 'Late. ', deltas: ['One. Two. '], hangs: true }
        : { deltas: ['One. Late. '], hangs: true },
    ]);
    // Asked about the same chunk, and slow: the failure waits for it.
    const peer = deferred<PartialValidationResult>();
    const slow = new Later((chunk) => (chunk === 'One.' ? peer.promise : Promise.resolve(pass)));
    const stream = await streamWithChunking('go', backend, ctx, {
      requirements: [requirement, slow],
      release: { window: 3 },
    });
    first.resolve(fail);
    await vi.waitFor(() => expect(backend.calls[0]?.signal.aborted).toBe(true));
    late.reject(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    peer.resolve(pass);
    await stream.acomplete();
    expect(stream.account.verdict).toBe('failed');
    expect(stream.streamingFailures.map(([, verdict]) => verdict)).toEqual([fail]);
    expect((await collect(stream.events())).map(({ type }) => type)).not.toContain('error');
  });

  it('is an error when a check of the failed chunk itself throws', async () => {
    const peer = deferred<PartialValidationResult>();
    const backend = new ScriptedBackend([{ deltas: ['One. Two. '], hangs: true }]);
    const requirements = [new Later(() => Promise.resolve(fail)), new Later(() => peer.promise)];
    const stream = await streamWithChunking('go', backend, ctx, { requirements });
    await vi.waitFor(() => expect(backend.calls[0]?.signal.aborted).toBe(true));
    peer.reject(new Error('late'));
    await expect(stream.acomplete()).rejects.toThrow('late');
  });
});

describe('what is told of verdicts', () => {
  it('the time to the first chunk is that of the first that passed, also where all are shown at once', async () => {
    const verdict = deferred<PartialValidationResult>();
    const backend = new ScriptedBackend([{ deltas: ['One. Two. '], hangs: true }]);
    const stream = await streamWithChunking('go', backend, ctx, {
      requirements: [new Later(() => verdict.promise)],
      release: 'optimistic',
    });
    for await (const { type } of stream.events()) if (type === 'chunk') break;
    expect(stream.account.timeToFirstChunkMs).toBe(null);
    verdict.resolve(fail);
    await stream.acomplete();
    expect(stream.account).toMatchObject({ verdict: 'failed', timeToFirstChunkMs: null });
  });

  it('readers cannot change the run by what they are given', async () => {
    const toolCalls = [{ name: 'pay', args: { to: 'Ann' } }];
    const backend = new ScriptedBackend([{ deltas: ['One. Two.'], toolCalls }]);
    const stream = await streamWithChunking('go', backend, ctx, { requirements: [new Forbids('Three')] });
    for await (const event of stream.events()) {
      if (event.type === 'tool_call') (event.args as { to: string }).to = 'Eve';
      if (event.type !== 'quick_check' && event.type !== 'full_validation') continue;
      expect(() => (event.results as unknown[]).push('x')).toThrow(TypeError);
    }
    expect(stream.asThunk.toolCalls?.[0]?.args).toEqual({ to: 'Ann' });
    stream.finalValidations.length = 0;
    stream.streamingFailures.push([new Forbids('x'), fail]);
    (stream.attempts as unknown[]).length = 0;
    expect([stream.finalValidations.length, stream.streamingFailures, stream.attempts.length]).toEqual([
      1,
      [],
      1,
    ]);
    expect(stream.account).toMatchObject({ verdict: 'passed', attempts: 1 });
  });
});
