import { tinyModelPath } from '@melliflow/model-tiny';
import { SimpleContext } from '@melliflow/stdlib';
import { getLlama } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { LlamaCppBackend } from '../src/index.js';
import { pushApart, thoughtsOf } from '../src/llamacpp-thoughts.js';
import { letThink, tinyBackend } from './tiny-backend.js';

const ctx = new SimpleContext();
const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, maxThreads: 0 });

/** The tiny model with a chat template that marks thoughts, as those of reasoning models do. */
const thinker = tinyBackend({
  client: {
    cpuMathCores: 1,
    async loadModel({ modelPath }) {
      const model = await llama.loadModel({ modelPath });
      letThink(model);
      return model;
    },
  },
});

/** The model itself cannot think; a grammar puts the words into its mouth. */
async function saying(text: string) {
  const grammar = await llama.createGrammar({ grammar: `root ::= ${JSON.stringify(text)}` });
  return { providerOptions: { llamacpp: { grammar } } };
}

test('thoughts are told apart from the text, whole and in order', async () => {
  const own = await saying('<think>\nI wonder why.\n</think>\n\nBecause of the air.');
  const [thunk] = await thinker.generateFromContext('Why?', ctx, {
    modelOptions: { ...own, stream: true, thinking: true, logprobs: true },
  });
  const pieces: string[] = [];
  for await (const piece of thunk) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe('Because of the air.');
  expect(await thunk.avalue()).toBe('Because of the air.');
  expect(thunk.thinking).toBe('I wonder why.');
  expect(thunk.generation.logprobs?.map(({ token }) => token).join('')).toBe('Because of the air.');
  expect(thunk.generation.warnings).toEqual([]);
});

test('thinking: false opens the answer after an ended, empty thought', async () => {
  const tokens = async (thinking: boolean | undefined) => {
    const own = await saying('Because.');
    const modelOptions = { ...own, thinking };
    const [thunk] = await thinker.generateFromContext('Why?', ctx, { modelOptions });
    expect(await thunk.avalue()).toBe('Because.');
    return thunk.generation.usage?.promptTokens ?? 0;
  };
  const [on, off] = [await tokens(undefined), await tokens(false)];
  const { prompts } = await thinker._load();
  const shut = prompts.chat([{ type: 'model', response: ['<think>\n\n</think>'] }]).tokens.length;
  const empty = prompts.chat([{ type: 'model', response: [] }]).tokens.length;
  expect(off - on).toBe(shut - empty);
});

test('an effort limits the tokens of thoughts', async () => {
  const own = await saying(`<think>\n${'so '.repeat(100)}\n</think>\n\nBecause.`);
  const [thunk] = await thinker.generateFromContext('Why?', ctx, {
    modelOptions: { ...own, thinking: 'low', maxNewTokens: 80 },
  });
  await thunk.avalue();
  const words = thunk.thinking?.trim().split(' ') ?? [];
  expect(words.length).toBeGreaterThan(2);
  expect(words.length).toBeLessThanOrEqual(10);
});

test('under a format the model answers at once, which is said to who asked for thoughts', async () => {
  const format = z.object({ a: z.literal(1) });
  for (const thinking of [undefined, true]) {
    const [thunk] = await thinker.generateFromContext('Why?', ctx, { format, modelOptions: { thinking } });
    await thunk.avalue();
    expect([thunk.parsedRepr, thunk.thinking]).toEqual([{ a: 1 }, null]);
    const said = thunk.generation.warnings.map(({ option }) => option);
    expect(said).toEqual(thinking ? ['thinking'] : []);
  }
});

test('a model whose template marks no thoughts says so, and so does raw generation', async () => {
  const plain = tinyBackend();
  const modelOptions = { thinking: true, maxNewTokens: 2 };
  const [chat] = await plain.generateFromContext('Hello.', ctx, { modelOptions });
  await chat.avalue();
  const [raw] = await plain.generateFromRaw(['Hello.'], ctx, { modelOptions });
  const messages = [chat, raw].map((thunk) => thunk?.generation.warnings.map(({ message }) => message));
  expect(messages).toEqual([
    [expect.stringContaining('marks no thoughts')],
    [expect.stringContaining('Raw generation')],
  ]);
});

test.each([
  ['low', 0.125],
  ['medium', 0.25],
  ['high', 0.5],
  [true, 1],
  [undefined, 1],
] as const)('thinking %s leaves thoughts %s of the room', (thinking, share) => {
  const thoughts = thoughtsOf(thinking, { canThink: true, hasFormat: false });
  expect(thoughts).toEqual({ isOn: true, share, warnings: [] });
});

test('only what stands between a thought and the text is cut', () => {
  const pieces: [string, string?][] = [];
  const push = pushApart((text, _, type) => pieces.push(type ? [text, type] : [text]), false);
  push({ type: undefined, text: ' a ', tokens: [] });
  push({ type: 'segment', text: 'hm', tokens: [] });
  push({ type: undefined, text: ' b', tokens: [] });
  expect(pieces).toEqual([[' a '], ['hm', 'thinking'], [' b']]);
});

test('what it can do is public', () => {
  const { capabilities } = new LlamaCppBackend({ modelId: tinyModelPath });
  expect(capabilities).toMatchObject({ format: true, tools: true, thinking: true, logprobs: true });
  expect(capabilities).toMatchObject({ toolChoice: false, images: false });
});
