import { AbstractTool, type JsonTool } from '@melliflow/core';
import { describe, expect, it, vi } from 'vitest';
import { CassetteMissError, cassette } from '../../src/cassettes/index.js';
import { ScriptedBackend } from '../../src/index.js';
import { ask, cassetteFolder, failureOf, gone, holding } from './support.js';

const fileOf = cassetteFolder();

const advice =
  'If that is right, record anew: run it with MELLIFLOW_CASSETTES=update, or as `node <file> --update`.';

class Weather extends AbstractTool {
  readonly name = 'weather';
  readonly asJsonTool: JsonTool;
  constructor(description: string) {
    super();
    const parameters = { type: 'object', properties: { city: { type: 'string', description } } };
    this.asJsonTool = {
      type: 'function',
      function: { name: 'weather', description: 'The weather.', parameters },
    };
  }
  run(): string {
    return 'mild';
  }
}

async function record(prompts: readonly string[], options = {}): Promise<string> {
  const file = fileOf();
  const backend = cassette(new ScriptedBackend([{ deltas: ['Yes.'] }]), { file, mode: 'record', ...options });
  for (const prompt of prompts) await ask(backend, prompt);
  return file;
}

describe('a request that is not recorded', () => {
  it('shows the nearest recording and the word that differs', async () => {
    const file = await record([
      'Name three colours.',
      'Write a short story about a robot that learns to paint.\nAdd a moral.',
    ]);
    const prompt = 'Write a short story about a robot that learns to sing.\nAdd a moral.';
    const error = await failureOf(ask(cassette(gone(), { file }), prompt));
    expect(CassetteMissError.is(error)).toBe(true);
    expect(error.file).toBe(file);
    expect(error.message).toBe(
      [
        `cassette: this request is not recorded in ${file}.`,
        'The nearest is number 2 of 2. What differs:',
        '  prompt[0].content: … a robot that learns to [-paint-]{+sing+}. ⏎ Add a moral.',
        advice,
      ].join('\n'),
    );
  });

  it('shows options, tools and messages that differ', async () => {
    const file = fileOf();
    const options = {
      modelOptions: { temperature: 0, seed: 1, tools: [new Weather('a city')] },
      toolCalls: true,
    };
    await ask(cassette(new ScriptedBackend([{}]), { file }), 'Is it mild?', options);
    const now = {
      modelOptions: { temperature: 0.5, systemPrompt: 'Be brief.', tools: [new Weather('a town')] },
      toolCalls: true,
    };
    const { message } = await failureOf(ask(cassette(gone(), { file }), 'Is it mild?', now));
    expect(message.split('\n').slice(2, -1)).toEqual([
      '  prompt[0].role: recorded "user", now "system"',
      '  prompt[0].content: [-Is it mild?-]{+Be brief.+}',
      '  prompt[1]: recorded nothing, now {"role":"user","content":"Is it mild?"}',
      '  modelOptions.seed: recorded 1, now nothing',
      '  modelOptions.temperature: recorded 0, now 0.5',
      '  tools[0].function.parameters.properties.city.description: a [-city-]{+town+}',
    ]);
  });

  it('says how often it is recorded when it is made once more', async () => {
    const file = await record(['Go.', 'Go.']);
    const replay = cassette(gone(), { file });
    await ask(replay);
    await ask(replay);
    const { message } = await failureOf(ask(replay));
    expect(message).toBe(
      `cassette: this request is recorded 2 times in ${file}, and now it is made once more.\n${advice}`,
    );
  });

  it('prefers a recording that was not played, and says when the nearest was', async () => {
    const file = await record(['Say one.', 'Say two.']);
    const replay = cassette(gone(), { file });
    const near = async (): Promise<string> => (await failureOf(ask(replay, 'Say six.'))).message;
    expect(await near()).toContain('number 1 of 2. What');
    await ask(replay, 'Say one.');
    expect(await near()).toContain('number 2 of 2. What');
    await ask(replay, 'Say two.');
    expect(await near()).toContain('number 1 of 2, played already. What');
  });

  it('fails where there is no file, without asking the model', async () => {
    const file = fileOf();
    const { message } = await failureOf(ask(cassette(gone(), { file, mode: 'replay' })));
    expect(message).toBe(`cassette: there is no file ${file}, and the model is not asked.\n${advice}`);
  });

  it('says what to do in CI', async () => {
    const file = await record(['Go.']);
    vi.stubEnv('CI', 'true');
    const { message } = await failureOf(ask(cassette(gone(), { file }), 'Stop.'));
    expect(message.split('\n').at(-1)).toBe(
      `In CI nothing is recorded: record on your machine and commit ${file}.`,
    );
  });

  it('shows no prompt where prompts are hashes, only which message differs', async () => {
    const file = await record(['A private question.'], { prompts: 'hash' });
    const replay = cassette(gone(), { file, prompts: 'hash' });
    expect(await ask(replay, 'A private question.')).toBe('Yes.');
    const { message } = await failureOf(ask(replay, 'A private answer.'));
    expect(message).not.toMatch(/private|question|answer/);
    expect(message).toMatch(/prompt\[0\]\.content: recorded "sha256:\w{32}", now "sha256:\w{32}"/);
  });

  it('shows no credential of the prompt of now', async () => {
    const file = await record(['Say one.']);
    const backend = holding('correct-horse', [{}]);
    const { message } = await failureOf(ask(cassette(backend, { file }), 'Say correct-horse.'));
    expect(message).toContain('Say [-one-]{+[redacted]+}.');
    expect(message).not.toContain('correct-horse');
  });

  it('counts what differs beyond the first eight', async () => {
    const file = fileOf();
    const own = (from: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`o${i}`, from + i]));
    const options = (from: number) => ({ modelOptions: { providerOptions: { scripted: own(from) } } });
    await ask(cassette(new ScriptedBackend([{}]), { file }), 'Go.', options(0));
    const { message } = await failureOf(ask(cassette(gone(), { file }), 'Go.', options(1)));
    expect(message.split('\n').at(-2)).toBe('  and 4 more');
  });
});

describe('assertAllPlayed', () => {
  it('names what was not played', async () => {
    const file = await record(['Go.', 'Stay.', `Explain ${'at length '.repeat(20)}`]);
    const replay = cassette(gone(), { file });
    await ask(replay, 'Stay.');
    const error = await failureOf((async () => replay.assertAllPlayed())());
    expect(error.code).toBe('cassette_unplayed');
    expect(error.message).toBe(
      [
        `cassette: 2 of 3 recordings in ${file} were not played:`,
        '  number 1: "Go."',
        '  number 3: "Explain at length at length at length at length at length at…"',
        'If the program no longer makes these calls, record it anew with MELLIFLOW_CASSETTES=update.',
      ].join('\n'),
    );
  });

  it('asserts nothing while recording, and is content when all were played', async () => {
    const file = fileOf();
    const recorder = cassette(new ScriptedBackend([{}]), { file });
    recorder.assertAllPlayed();
    await ask(recorder);
    const replay = cassette(gone(), { file });
    expect(() => replay.assertAllPlayed()).toThrow('1 of 1');
    await ask(replay);
    expect(() => replay.assertAllPlayed()).not.toThrow();
  });
});
