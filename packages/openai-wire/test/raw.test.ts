import { describe, expect, it } from 'vitest';
import { fromWireUsage, readRaw } from '../src/index.js';
import { json, origin, quietIo } from './reply.js';

const choice = (text: string, index?: number) => ({
  text,
  finish_reason: 'stop',
  ...(index !== undefined && { index }),
});

async function texts(
  choices: unknown,
  prompts: readonly string[],
  choicesPerPrompt?: number,
): Promise<unknown[]> {
  const items = await readRaw(json({ choices }), quietIo(), { prompts, origin, choicesPerPrompt });
  return items.map((item) => ('text' in item ? item.text : item.code));
}

describe('a raw batch', () => {
  it('comes in the order of its prompts', async () => {
    expect(await texts([choice('b', 1), choice('a', 0)], ['x', 'y'])).toEqual(['a', 'b']);
    expect(await texts([choice('a'), choice('b')], ['x', 'y'])).toEqual(['a', 'b']);
    expect(await texts([choice('b', 1), null], ['x', 'y'])).toEqual(['malformed_response', 'b']);
    expect(await texts([choice('a', 0), choice('z', 0)], ['x'])).toEqual(['a']);
  });

  it('looks at each choice once, however many prompts there are', async () => {
    let looks = 0;
    const choices = Array.from({ length: 500 }, (_, i) => ({
      ...choice(`t${i}`),
      get index() {
        looks += 1;
        return 499 - i;
      },
    }));
    const reply = { headers: new Map(), body: null };
    const init = {
      prompts: choices.map(({ text }) => text),
      origin,
      toCompletion: async () => ({ choices }),
    };
    const items = await readRaw(reply, quietIo(), init);
    expect(items.map((item) => 'text' in item && item.text)).toEqual(choices.map((_, i) => `t${499 - i}`));
    expect(looks).toBeLessThan(4 * choices.length);
  });

  it('says that choices were left out', async () => {
    const init = { prompts: ['x', 'y'], origin, choicesPerPrompt: 2 };
    const reply = json({ choices: [0, 1, 2, 3].map((index) => choice(`${index}`, index)) });
    const items = await readRaw(reply, quietIo(), init);
    expect(items).toMatchObject([{ text: '0' }, { text: '2' }]);
    expect(items.map((item) => ('warnings' in item ? item.warnings?.length : 0))).toEqual([1, 1]);
  });

  it('keeps the text of an answer without an end in its error', async () => {
    const reply = json({ choices: [{ text: 'half of it' }, choice('b')] });
    const [half, whole] = await readRaw(reply, quietIo(), { prompts: ['x', 'y'], origin });
    expect(half).toMatchObject({ code: 'incomplete_stream', partialText: 'half of it' });
    expect(whole).toMatchObject({ text: 'b' });
  });

  it('is no failure for an empty list of errors', async () => {
    const reply = json({ error: null, errors: [], choices: [choice('a')] });
    expect(await readRaw(reply, quietIo(), { prompts: ['x'], origin })).toMatchObject([{ text: 'a' }]);
  });

  it('misses the log probabilities that were asked for', async () => {
    const logprobs = { tokens: ['a'], token_logprobs: [-1] };
    const reply = () => json({ choices: [{ ...choice('a'), logprobs }, choice('b'), choice('')] });
    const warned = async (expectsLogprobs: boolean) => {
      const items = await readRaw(reply(), quietIo(), { prompts: ['x', 'y', 'z'], origin, expectsLogprobs });
      return items.map((item) => 'text' in item && item.warnings?.map(({ option }) => option));
    };
    expect(await warned(true)).toEqual([[], ['logprobs'], []]);
    expect(await warned(false)).toEqual([[], [], []]);
  });

  it('is warned of by the server that it came from', async () => {
    const warning = { kind: 'unsupported', option: 'topK', message: 'no' } as const;
    const init = {
      prompts: ['x'],
      origin,
      warningsOf: (server: string) => (server === 's-1' ? [warning] : []),
    };
    const from = (system_fingerprint: unknown) =>
      readRaw(json({ choices: [choice('a')], system_fingerprint }), quietIo(), init);
    expect(await from('s-1')).toMatchObject([{ warnings: [warning] }]);
    expect(await from('s-2')).toMatchObject([{ warnings: [] }]);
    expect(await from(null)).toMatchObject([{ warnings: [] }]);
  });

  it.each([
    [{ error: { message: 'no', code: 429 } }, 'rate_limit'],
    [{ errors: [{ message: 'no' }], status_code: 503 }, 'server'],
    [{}, 'malformed_response'],
    ['null', 'malformed_response'],
  ])('%j fails', async (body, code) => {
    await expect(readRaw(json(body), quietIo(), { prompts: ['x'], origin })).rejects.toMatchObject({ code });
  });
});

it('usage keeps the details of prompt and completion apart', () => {
  const usage = (prompt: unknown, completion: unknown) =>
    fromWireUsage({
      prompt_tokens: 3,
      completion_tokens: 2,
      prompt_tokens_details: prompt,
      completion_tokens_details: completion,
    })?.details;
  expect(usage({ audio_tokens: 1, cached_tokens: 2 }, { audio_tokens: 4 })).toEqual({
    audio_tokens: 5,
    prompt_audio_tokens: 1,
    completion_audio_tokens: 4,
    cached_tokens: 2,
  });
  expect(usage({ cached_tokens: 0 }, null)).toEqual({ cached_tokens: 0 });
  expect(usage(undefined, { a: null })).toBeUndefined();
  expect(fromWireUsage(null)).toBeNull();
});
