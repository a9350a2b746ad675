import type { Requirement } from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { TemplateFormatter } from '@melliflow/formatter';
import { ScriptedBackend, type ScriptedCall } from '@melliflow/testing';
import { afterEach, describe, expect, test } from 'vitest';
import {
  ChatContext,
  Instruction,
  req,
  SimpleContext,
  type SofaiInit,
  type SofaiMode,
  SofaiStrategy,
  simpleValidate,
} from '../src/index.js';
import { recordHooks } from './recorded-hooks.js';

afterEach(() => setHookDispatcher(null));

const formatter = new TemplateFormatter();
const answers = (...texts: string[]): ScriptedBackend =>
  new ScriptedBackend(
    texts.map((text) => ({ deltas: [text] })),
    { formatter },
  );
const says = (word: string): Requirement =>
  req(
    `say ${word}`,
    simpleValidate((text) => [text.includes(word), `${word} is missing in ${text.length}`]),
  );
const requirements = [says('A'), says('B'), says('C')];
const session = answers('yes');

function shown({ view, action }: ScriptedCall): string[] {
  return formatter.toChatMessages([...view, action]).map(({ role, content }) => `${role}: ${content}`);
}

async function run(fast: ScriptedBackend, slow: ScriptedBackend, init: Partial<SofaiInit> = {}) {
  const strategy = new SofaiStrategy({ fast, slow, ...init });
  return strategy.sample(new Instruction('Say A, B and C.'), new ChatContext(), session, { requirements });
}

describe('who answers', () => {
  test('the fast model alone, when it gets there', async () => {
    const [fast, slow] = [answers('A', 'AB', 'ABC'), answers('slow')];
    const result = await run(fast, slow);
    expect([result.success, result.resultIndex, fast.calls.length, slow.calls.length]).toEqual([
      true,
      2,
      3,
      0,
    ]);
    expect(shown(fast.calls[1] as ScriptedCall)).toEqual([
      expect.stringContaining('Say A, B and C.'),
      'assistant: A',
      expect.stringMatching(/^user: .*- say B: B is missing in 1\n- say C: C is missing in 1\n/s),
    ]);
  });

  test('the slow one has the last attempt of the budget', async () => {
    const [fast, slow] = [answers('A', 'AB', 'BB', 'never'), answers('ABC')];
    const result = await run(fast, slow);
    expect(result.sampleGenerations.map(String)).toEqual(['A', 'AB', 'BB', 'ABC']);
    expect([result.success, result.resultIndex]).toEqual([true, 3]);
  });

  test('and comes at once when the fast one gets no better', async () => {
    const [fast, slow] = [answers('A', 'A', 'never'), answers('ABC')];
    const result = await run(fast, slow, { loopBudget: 9 });
    expect(result.sampleGenerations.map(String)).toEqual(['A', 'A', 'ABC']);
  });

  test('a slow one that fails is what the result gives', async () => {
    const result = await run(answers('AB'), answers('B'), { loopBudget: 2 });
    expect([result.success, result.resultIndex, result.result.value]).toEqual([false, 1, 'B']);
  });

  test('without a fast one the backend of the call is it', async () => {
    const [own, slow] = [answers('A'), answers('ABC')];
    await new SofaiStrategy({ slow, loopBudget: 2 }).sample('?', new ChatContext(), own, { requirements });
    expect([own.calls.length, slow.calls.length]).toEqual([1, 1]);
  });

  test('the judge judges, else the backend of the call', async () => {
    const [fast, slow, judge, own] = [answers('A'), answers('B'), answers('no'), answers('no')];
    const options = { requirements: [req('be good')] };
    await new SofaiStrategy({ fast, slow, judge, loopBudget: 2 }).sample(
      '?',
      new ChatContext(),
      own,
      options,
    );
    expect([judge.calls.length, own.calls.length]).toEqual([2, 0]);
    await new SofaiStrategy({ fast, slow, loopBudget: 2 }).sample('?', new ChatContext(), own, options);
    expect([judge.calls.length, own.calls.length]).toEqual([2, 2]);
  });
});

test('a plugin may leave one attempt: then it is the fast model’s', async () => {
  recordHooks('sampling_loop_start', { sampling_loop_start: (payload) => ({ ...payload, loopBudget: 1 }) });
  const [fast, slow] = [answers('A'), answers('ABC')];
  const result = await run(fast, slow);
  expect([result.success, result.sampleGenerations.length, slow.calls.length]).toEqual([false, 1, 0]);
});

describe('what the slow model is asked', () => {
  async function asked(mode: SofaiMode): Promise<string[]> {
    const [fast, slow] = [answers('AB', 'x', 'y'), answers('ABC')];
    const hooks = recordHooks('sampling_repair');
    await run(fast, slow, { mode, loopBudget: 3 });
    expect(hooks.at(-1)?.payload.repairType).toBe(mode);
    expect(hooks).toHaveLength(2);
    return shown(slow.calls[0] as ScriptedCall);
  }

  test('fresh_start: the question alone', async () => {
    expect(await asked('fresh_start')).toEqual(['user: Say A, B and C.']);
  });

  test('continue_chat: the fast one’s conversation, and what its last answer lacks', async () => {
    const messages = await asked('continue_chat');
    expect(messages.map((message) => message.split(':')[0])).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
    expect(messages[3]).toBe('assistant: x');
    expect(messages[4]).toContain('- say A: A is missing in 1\n- say B: B is missing in 1\n- say C');
  });

  test('best_attempt: the question, the attempt that met most, and what that lacks', async () => {
    const messages = await asked('best_attempt');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/Say A, B and C\..*\n\nAB\n.*- say C: C is missing in 2\n/s);
    expect(messages[0]).not.toContain('- say A');
  });
});

test('the best attempt, what it lacks and the wish stand in paragraphs', async () => {
  const [fast, slow] = [answers('AB'), answers('ABC')];
  await run(fast, slow, { mode: 'best_attempt', loopBudget: 2 });
  expect(slow.calls[0]?.prompt.split('\n\n')).toEqual([
    'Say A, B and C.',
    'Here is an answer that is not good enough:',
    'AB',
    'It does not meet these requirements:\n- say C: C is missing in 2',
    'Give a better answer that meets all requirements.',
  ]);
});

describe('what is refused', () => {
  const slow = answers('x');

  test.each<[string, object]>([
    ['slow must be a Backend, got undefined.', {}],
    ['fast must be a Backend, got string "small".', { slow, fast: 'small' }],
    ['judge must be a Backend, got null.', { slow, judge: null }],
    [
      'mode must be one of fresh_start, continue_chat, best_attempt, got string "best".',
      { slow, mode: 'best' },
    ],
    [
      'loopBudget must be at least 2: an attempt of the fast model and one of the slow one.',
      { slow, loopBudget: 1 },
    ],
  ])('%s', (message, init) => {
    expect(() => new SofaiStrategy(init as SofaiInit)).toThrow(message);
  });

  test('a context that hides the conversation', async () => {
    const run = new SofaiStrategy({ slow }).sample('?', new SimpleContext(), slow);
    await expect(run).rejects.toThrow('SofaiStrategy needs a context that shows the conversation');
    expect(slow.calls).toEqual([]);
  });
});
