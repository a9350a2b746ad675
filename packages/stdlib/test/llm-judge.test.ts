import { CBlock, ModelOutputThunk } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import { judge, LlmJudge, SimpleContext, SofaiStrategy, strictOutputToBool } from '../src/index.js';

const said = new SimpleContext().add(new CBlock('?')).add(new ModelOutputThunk('Good day.'));
const answers = (text: string): ScriptedBackend => new ScriptedBackend([{ deltas: [text] }]);

describe('a judge', () => {
  test('asks the backend of the call, with its options, unless it has others', async () => {
    const backend = answers('Yes.');
    const verdict = await judge('be polite', { modelOptions: { temperature: 0 } }).validate(backend, said, {
      modelOptions: { temperature: 1, topP: 0.5 },
    });
    expect([verdict.asBool(), verdict.reason, String(verdict.thunk)]).toEqual([true, 'Yes.', 'Yes.']);
    expect(backend.calls[0]?.modelOptions).toEqual({ temperature: 0, topP: 0.5 });
    expect(backend.calls[0]?.prompt).toMatch(/Good day\..*be polite|be polite.*Good day\./s);
  });

  test('a backend of its own is not given the options of the call, but its signal', async () => {
    const [writer, own] = [answers('x'), answers('no')];
    const strict = judge('be polite', { backend: own, modelOptions: { seed: 1 }, checkOnly: true });
    const verdict = await strict.validate(writer, said, { modelOptions: { temperature: 1 } });
    expect([verdict.asBool(), writer.calls.length]).toEqual([false, 0]);
    expect(own.calls[0]?.modelOptions).toEqual({ seed: 1 });
    expect(strict).toMatchObject({ description: 'be polite', checkOnly: true });
    const aborted = strict.validate(writer, said, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: 'generation_cancelled' });
  });

  test('may be read strictly, or by a reading of one’s own', async () => {
    const answer = answers('No, not yes.');
    const verdicts = [
      judge('x'),
      judge('x', { strict: true }),
      judge('x', { strict: true, outputToBool: () => true }),
    ];
    const read = await Promise.all(verdicts.map((one) => one.validate(answer, said)));
    expect(read.map((one) => one.asBool())).toEqual([true, false, true]);
    expect(verdicts[0]).toBeInstanceOf(LlmJudge);
  });

  test('its clone judges the same way', async () => {
    const own = answers('yes');
    const clone = judge('x', { backend: own, modelOptions: { seed: 2 } }).clone();
    expect((await clone.validate(answers('no'), said)).asBool()).toBe(true);
    expect(own.calls[0]?.modelOptions).toEqual({ seed: 2 });
  });
});

describe('strictOutputToBool', () => {
  test.each([
    'yes',
    'Yes.',
    'YES!',
    ' y ',
    '**Yes**',
    '"yes"',
    'Yes, there are no mistakes.',
    'I looked at it twice: yes.',
    'Verdict: yes',
    '✅ Yes',
    '**Yes** – no mistakes',
    'Yes\n\nThere is no mistake.',
  ])('%j is yes', (answer) => {
    expect(strictOutputToBool(answer)).toBe(true);
    expect(strictOutputToBool(new CBlock(answer))).toBe(true);
  });

  test.each([
    'no',
    'No.',
    'n',
    'no, not yes',
    'not yes',
    'Yes or no? Hard to say.',
    'yes no',
    'It is not yes.',
    'The answer could be yes, could be no.',
    'YES/NO: NO',
    'It is not a yes.',
    'yesterday',
    'ｙｅｓ',
    '',
    'maybe',
    'The first part: yes. The second part: no.',
  ])('%j is no', (answer) => {
    expect(strictOutputToBool(answer)).toBe(false);
  });
});

test('no backend shows in JSON', () => {
  const own = Object.assign(answers('yes'), { apiKey: 'secret-key' });
  const shown = JSON.stringify([judge('be polite', { backend: own }), new SofaiStrategy({ slow: own })]);
  expect(shown).toBe(
    '[{"description":"be polite","checkOnly":false},{"name":"SofaiStrategy","loopBudget":4}]',
  );
});
