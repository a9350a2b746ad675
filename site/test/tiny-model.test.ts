import { readFileSync } from 'node:fs';
import { LlamaCppBackend } from '@melliflow/backend-llamacpp';
import { tinyModelPath } from '@melliflow/model-tiny';
import { SimpleContext } from '@melliflow/stdlib';
import { afterAll, expect, test } from 'vitest';
import { readGguf } from '../playground/gguf.js';
import { TinyModel } from '../playground/tiny-model.js';

const model = new TinyModel(readFileSync(tinyModelPath));
const engine = new LlamaCppBackend({ modelId: tinyModelPath });
afterAll(() => engine.dispose());

const greedy = { temperature: 0, seed: 0, maxNewTokens: 200 };
const told = (content: string, draw = greedy) =>
  [...model.answer([{ role: 'user', content }], draw)].join('');

// Questions of fact: where two tokens are as likely, as in stories, the engine's rounding may take the other one.
test.each(['Why is the sky blue?', 'What colour is snow?', 'What sound does a dog make?'])(
  'the reader of the page says what the engine says to: %s',
  async (prompt) => {
    const [thunk] = await engine.generateFromContext(prompt, new SimpleContext(), {
      modelOptions: { maxNewTokens: greedy.maxNewTokens },
    });
    expect(told(prompt)).toBe(await thunk.avalue());
  },
);

test('the same seed draws the same, another one something else', () => {
  const drawn = (seed: number) =>
    told('Write a short story about a robot.', { temperature: 0.8, seed, maxNewTokens: 40 });
  expect(drawn(1)).toBe(drawn(1));
  expect(drawn(1)).not.toBe(drawn(2));
});

test('a last turn of the assistant is continued', () => {
  const whole = told('Write a short story about a robot.');
  const kept = whole.slice(0, whole.indexOf('.') + 1);
  const turns = [
    { role: 'user', content: 'Write a short story about a robot.' },
    { role: 'assistant', content: kept },
  ];
  expect(kept + [...model.answer(turns, greedy)].join('')).toBe(whole);
});

test('other bytes are refused', () => {
  expect(() => readGguf(new Uint8Array(64))).toThrow(/does not begin with GGUF/);
});

test('text is cut into tokens and put together again', () => {
  const text = 'Straße, 3 kites — “naïve” 🙂\n\n  end';
  const bytes = model.tokenizer.encode(text).flatMap((id) => [...model.tokenizer.bytesOf(id)]);
  expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(text);
});
