import { PartialValidationResult, Requirement } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { expect, test } from 'vitest';
import { tinyBackend } from './tiny-backend.js';

const backend = tinyBackend();

/** What all clones know. */
const memory = { failed: false };

/** Fails the third sentence of the first attempt, whatever it says. */
class FailsOnce extends Requirement {
  count = 0;
  override streamValidate(): PartialValidationResult {
    this.count += 1;
    if (this.count < 3 || memory.failed) return new PartialValidationResult('pass');
    memory.failed = true;
    return new PartialValidationResult('fail', { reason: 'Not this one.' });
  }
}

test('a story that failed goes on behind what passed, and only the rest is written and paid for', async () => {
  const stream = await streamWithChunking(
    'Write a short story about a robot.',
    backend,
    new SimpleContext(),
    {
      requirements: [new FailsOnce('Be nice.', { validationFn: () => true })],
      retry: { attempts: 2, mode: 'resume' },
    },
  );
  const sentences: string[] = [];
  for await (const sentence of stream) sentences.push(sentence);
  await stream.acomplete();

  const kept = sentences.slice(0, 2).join(' ');
  const rest = stream.thunk.value ?? '';
  expect(rest.length).toBeGreaterThan(0);
  expect(stream.fullText.startsWith(kept)).toBe(true);
  expect(stream.fullText.split(kept)).toHaveLength(2);
  expect(stream.fullText).toBe(`${kept} ${rest.trimStart()}`);
  expect(sentences.join(' ')).toBe(stream.fullText);

  const { prompt } = stream.thunk.generateLog ?? {};
  expect(Array.isArray(prompt) && prompt.at(-1)).toEqual({ role: 'assistant', content: kept });

  // A raw prompt has the mark of a beginning, an answer that of its end: one each.
  const { prompts } = await backend._load();
  const tokens = (text: string): number => prompts.raw(text).tokens.length;
  const [first, second] = stream.attempts.map(({ usage }) => usage);
  expect([first?.estimated, second?.estimated]).toEqual([undefined, undefined]);
  expect(stream.attempts.map(({ reason }) => reason)).toEqual(['Not this one.', null]);
  expect(second?.completionTokens).toBe(tokens(rest));
  expect(second?.completionTokens).toBeLessThan(tokens(stream.fullText));
  expect((second?.promptTokens ?? 0) - (first?.promptTokens ?? 0)).toBeGreaterThanOrEqual(tokens(kept) - 1);
});
