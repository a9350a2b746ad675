import { ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import {
  balancedFences,
  bannedTerms,
  batchedJudge,
  language,
  type Rule,
  sentenceLimit,
  TextGuardrail,
} from '../src/index.js';
import { stream, whole } from './support/drive.js';

const english =
  'It was a bright cold day in April, and the clocks were striking thirteen all over the town. ';
const french = 'Longtemps, je me suis couché de bonne heure, et parfois mes yeux se fermaient bien vite. ';

describe('in streamWithChunking', () => {
  test('nothing of the chunk that fails is shown, and the requirement itself is not used up', async () => {
    const guardrail = bannedTerms(['risk free']);
    for (let run = 0; run < 2; run += 1) {
      const backend = new ScriptedBackend([{ deltas: ['Buy it. It is ris', 'k', ' free. Yes', '.'] }]);
      const result = await streamWithChunking('Sell.', backend, new SimpleContext(), {
        requirements: [guardrail, sentenceLimit(5)],
      });
      const shown: string[] = [];
      for await (const chunk of result) shown.push(chunk);
      expect(shown).toEqual(['Buy it.']);
      expect(result.streamingFailures.map(([, { reason }]) => reason)).toEqual([
        'It has the banned term "risk free".',
      ]);
    }
  });

  test('what only the end tells is told by the whole', async () => {
    const backend = new ScriptedBackend([{ deltas: ['See:\n\n```js\n', 'x = 1\n'] }]);
    const result = await streamWithChunking('Code.', backend, new SimpleContext(), {
      requirements: [balancedFences()],
      chunking: 'paragraph',
    });
    await result.acomplete();
    expect(result.completed).toBe(true);
    expect(result.finalValidations.map(({ reason }) => reason)).toEqual([
      'A fenced code block is not closed.',
    ]);
  });
});

describe('TextGuardrail', () => {
  test('takes a rule of one’s own', async () => {
    const noTabs: Rule<{ lines: number }> = {
      start: () => ({ lines: 1 }),
      read(state, unit) {
        if (unit === 0x0a) state.lines += 1;
        return unit === 0x09 ? `Line ${state.lines} has a tab.` : null;
      },
      end: () => null,
    };
    const guardrail = new TextGuardrail('use no tabs', noTabs, { checkOnly: true });
    expect((await stream(guardrail, ['one\ntwo', 'two\tthree'])).reason).toBe('Line 2 has a tab.');
    expect(await whole(guardrail, 'one two')).toBeNull();
    expect([guardrail.description, guardrail.checkOnly]).toEqual(['use no tabs', true]);
  });

  test('says what is no rule', () => {
    expect(() => new TextGuardrail('x', { start: 1 } as never)).toThrow(
      /rule must have functions start, read and end/,
    );
  });

  test('without an output the whole fails', async () => {
    const verdict = await sentenceLimit(1).validate({} as never, new SimpleContext());
    expect([verdict.asBool(), verdict.reason]).toEqual([false, 'There is no output.']);
  });
});

describe('language', () => {
  test('another language fails at the end of its window', async () => {
    const guardrail = language(['en'], { borders: 'none' });
    expect((await stream(guardrail, [english, english, english])).last).toBe('pass');
    const course = await stream(guardrail, [french, french, french]);
    expect(course).toEqual({ failedAt: 2, reason: 'It seems to be in French.', last: 'fail' });
    expect((await stream(language(['en', 'fr']), [french, french, english])).last).toBe('pass');
  });

  test('a short text is judged as a whole, if it can be told', async () => {
    expect(await whole(language(['en']), french)).toBe('It seems to be in French.');
    expect(await whole(language(['fr']), french)).toBeNull();
    expect(await whole(language(['en']), '')).toBeNull();
    expect(await whole(language(['en']), '42')).toBeNull();
  });

  test('says what is wrong with its settings', () => {
    expect(() => language(['english'])).toThrow(
      /codes\[0\] must be one of am, ar, .*, zh; got string "english"/,
    );
    expect(() => language(['en'], { windowCharacters: 5 })).toThrow(
      /windowCharacters must be a whole number from 20/,
    );
  });
});

describe('batchedJudge', () => {
  const judged = (answer: string) => new ScriptedBackend([{ deltas: [answer] }]);
  const run = async (
    backend: ScriptedBackend,
    init: Parameters<typeof batchedJudge>[1],
    chunks: string[],
  ) => {
    const judge = batchedJudge('Be kind.', init).clone();
    const io = { backend, ctx: new SimpleContext(), signal: new AbortController().signal };
    const verdicts: string[] = [];
    for (const chunk of chunks) verdicts.push((await judge.streamValidate(chunk, io)).success);
    return verdicts;
  };

  test('asks once for several chunks, with all of them', async () => {
    const backend = judged('yes');
    expect(await run(backend, { chunks: 2 }, ['One.', 'Two.', 'Three.', 'Four.', 'Five.'])).toEqual([
      'unknown',
      'pass',
      'unknown',
      'pass',
      'unknown',
    ]);
    expect(backend.calls).toHaveLength(2);
    expect(JSON.stringify(backend.calls[1]?.prompt)).toContain('Three. Four.');
  });

  test('a no fails, with what the judge said', async () => {
    const judge = batchedJudge('Be kind.', { chunks: 1, borders: 'none' });
    const io = {
      backend: judged('no, it is rude'),
      ctx: new SimpleContext(),
      signal: new AbortController().signal,
    };
    const verdict = await judge.streamValidate('You fool.', io);
    expect([verdict.success, verdict.reason]).toEqual(['fail', 'no, it is rude']);
  });

  test('clones wait on their own', async () => {
    const judge = batchedJudge('Be kind.', { chunks: 2 });
    const io = { backend: judged('yes'), ctx: new SimpleContext(), signal: new AbortController().signal };
    expect((await judge.clone().streamValidate('One.', io)).success).toBe('unknown');
    expect((await judge.clone().streamValidate('Two.', io)).success).toBe('unknown');
  });

  test('an abort reaches the judge', async () => {
    const judge = batchedJudge('Be kind.', { chunks: 1 });
    const io = { backend: judged('yes'), ctx: new SimpleContext(), signal: AbortSignal.abort() };
    await expect(judge.streamValidate('One.', io)).rejects.toMatchObject({ code: 'generation_cancelled' });
  });

  test('the whole is judged in one call', async () => {
    const backend = judged('no');
    const ctx = new SimpleContext().add(ModelOutputThunk.computed('Hello.'));
    expect((await batchedJudge('Be kind.').validate(backend, ctx)).asBool()).toBe(false);
    expect(backend.calls).toHaveLength(1);
  });

  test('says what is wrong with its settings', () => {
    expect(() => batchedJudge('')).toThrow(/description must say what is judged, got string ""/);
    expect(() => batchedJudge('Be kind.', { chunks: 0 })).toThrow(/chunks must be a whole number from 1 up/);
  });
});
