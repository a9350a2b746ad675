import { PartialValidationResult, Requirement } from '@melliflow/core';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { ChatContext } from '../../src/contexts/chat-context.js';
import { Session } from '../../src/session/session.js';

class NoDrums extends Requirement {
  override streamValidate(chunk: string): PartialValidationResult {
    return new PartialValidationResult(chunk.includes('drum') ? 'fail' : 'pass', { reason: 'a drum' });
  }
}

function sessionOf(...script: ScriptedAnswer[]) {
  const backend = new ScriptedBackend(script);
  return { backend, m: new Session({ backend, ctx: new ChatContext() }) };
}

const story: ScriptedAnswer = { deltas: ['One day. ', 'It rained. ', 'The end.'] };
const loud: ScriptedAnswer = { deltas: ['One day. ', 'A drum! ', 'The end.'], hangs: true };

async function read<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('stream', () => {
  it('gives chunks that passed, and keeps the whole text as a turn', async () => {
    const { m, backend } = sessionOf(story, { deltas: ['yes'] });
    const stream = await m.stream('Tell a story.', { requirements: [new NoDrums()] });
    expect(await read(stream)).toEqual(['One day.', 'It rained.', 'The end.']);
    await stream.acomplete();
    expect(m.ctx.lastOutput()?.value).toBe('One day. It rained. The end.');
    expect(m.lastPrompt()).toEqual([{ role: 'user', content: 'Tell a story.' }]);
    await m.chat('Was it good?');
    expect(backend.calls.at(-1)?.prompt).toBe(
      'Tell a story.\n\nOne day. It rained. The end.\n\nWas it good?',
    );
  });

  it('is waited for by the next call, which is shown only what passed', async () => {
    const { m, backend } = sessionOf(loud, { deltas: ['yes'] });
    const stream = await m.stream('Tell a story.', { requirements: [new NoDrums()] });
    const next = m.chat('Go on.');
    expect(await read(stream)).toEqual(['One day.']);
    await next;
    expect(stream.completed).toBe(false);
    expect(backend.calls.at(-1)?.prompt).toBe('Tell a story.\n\nOne day.\n\nGo on.');
    expect(m.ctx.asList()).toHaveLength(4);
  });

  it('can be looked at while it is being stopped', async () => {
    const { m } = sessionOf(loud);
    const stream = await m.stream('Tell a story.', { requirements: [new NoDrums()] });
    for await (const event of stream.events()) {
      if (event.type === 'quick_check' && !event.passed) expect(m.ctx.lastOutput()?.settled).toBe(false);
    }
    expect(m.ctx.lastOutput()?.value).toBe('One day.');
  });

  it('takes requirements in words, the options of the session, and a chunking', async () => {
    const backend = new ScriptedBackend([story, { deltas: ['yes'] }]);
    const m = new Session({ backend, modelOptions: { seed: 3 } });
    const stream = await m.stream('Tell a story.', { requirements: ['be kind'], chunking: 'word' });
    expect((await read(stream)).length).toBe(6);
    await stream.acomplete();
    expect(stream.finalValidations.map((verdict) => verdict.asBool())).toEqual([true]);
    expect(backend.calls[0]?.modelOptions).toMatchObject({ seed: 3, stream: true });
    await expect(m.stream('x', { chunking: 'line' as never })).rejects.toThrow(/line/);
  });

  it('that fails drops its turn, with those behind it', async () => {
    const { m } = sessionOf({ deltas: ['One day. '], error: new Error('dead') }, { deltas: ['A'] });
    const stream = await m.stream('Tell a story.');
    const queued = m.chat('Go on.');
    await expect(stream.acomplete()).rejects.toMatchObject({ code: 'backend' });
    await expect(queued).rejects.toMatchObject({ code: 'backend' });
    expect(m.ctx.asList()).toEqual([]);
    expect((await m.chat('Again.')).value).toBe('A');
  });

  it('ends with its signal and with a cancel', async () => {
    const { m, backend } = sessionOf({ deltas: ['One day. '], hangs: true });
    const controller = new AbortController();
    const aborted = await m.stream('x', { signal: controller.signal });
    controller.abort();
    await expect(aborted.acomplete()).rejects.toMatchObject({ code: 'generation_cancelled' });
    const cancelled = await m.stream('x');
    await cancelled.cancel();
    await cancelled.acomplete();
    expect(backend.calls.every(({ signal }) => signal.aborted)).toBe(true);
    expect(m.ctx.asList()).toHaveLength(2);
  });
});
