import { SimpleContext } from '@melliflow/stdlib';
import { getLlama } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { eventsOf, tinyBackend } from './tiny-backend.js';

const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, maxThreads: 0 });
const backend = tinyBackend({ contextSize: 256, sequences: 1, client: llama });

/** A grammar without an end keeps the model talking. */
const endless = { grammar: await llama.createGrammar({ grammar: 'root ::= [a-z] [ a-z] root' }) };

/** A text whose prompt has `size` tokens, as a chat or raw. */
async function promptOf(size: number, kind: 'chat' | 'raw'): Promise<string> {
  const { prompts } = await backend._load();
  const sizeOf = (text: string): number =>
    kind === 'raw'
      ? prompts.raw(text).tokens.length
      : prompts.chat([
          { type: 'user', text },
          { type: 'model', response: [] },
        ]).tokens.length;
  let text = 'a';
  while (sizeOf(text) < size) text += ' a';
  expect(sizeOf(text)).toBe(size);
  return text;
}

test.each(['chat', 'raw'] as const)(
  'a %s prompt that leaves no room is refused with both numbers',
  async (kind) => {
    const text = await promptOf(255, kind);
    const failure =
      kind === 'chat'
        ? (await backend.generateFromContext(text, new SimpleContext()))[0].avalue()
        : backend.generateFromRaw([text], new SimpleContext()).catch((error) => Promise.reject(error.cause));
    await expect(failure).rejects.toMatchObject({
      code: 'context_length',
      message: /255 tokens.*256 takes at most 254/,
    });
  },
);

test.each([undefined, 1000])(
  'an answer that reaches the end of the context ends with length (maxNewTokens %s)',
  async (max) => {
    const text = await promptOf(250, 'chat');
    const { events } = await eventsOf(backend, text, {
      modelOptions: { maxNewTokens: max, providerOptions: { llamacpp: endless } },
    });
    expect(events.slice(-2)).toEqual([
      { type: 'usage', usage: { promptTokens: 250, completionTokens: 6, totalTokens: 256 } },
      { type: 'finish', reason: 'length' },
    ]);
  },
);

test.each([undefined, 1000])('a raw answer too (maxNewTokens %s)', async (max) => {
  const text = await promptOf(250, 'raw');
  const [thunk] = await backend.generateFromRaw([text], new SimpleContext(), {
    modelOptions: { maxNewTokens: max, providerOptions: { llamacpp: endless } },
  });
  expect(thunk?.generation).toMatchObject({
    finishReason: 'length',
    usage: { promptTokens: 250, completionTokens: 6, totalTokens: 256 },
  });
  // The engine has read the whole of it.
  const { prompts, sequences } = await backend._load();
  const sequence = await sequences.acquire([], new AbortController().signal);
  sequences.release(sequence);
  expect(sequence.contextTokens.slice(0, 250)).toEqual(prompts.raw(text).tokens);
});

test('an answer ends there too where nothing limits it, instead of forgetting the beginning', async () => {
  const { prompts, sequences } = await backend._load();
  const { signal } = new AbortController();
  const prompt = prompts.chat([
    { type: 'user', text: await promptOf(250, 'chat') },
    { type: 'model', response: [] },
  ]);
  const sequence = await sequences.acquire(prompt.tokens, signal);
  await sequence.clearHistory();
  expect(await prompt.answer(sequence, endless, () => undefined)).toEqual({ reason: 'maxTokens', calls: [] });
  expect(sequence.contextTokens.slice(0, 250)).toEqual(prompt.tokens);
  sequences.release(sequence);
});
