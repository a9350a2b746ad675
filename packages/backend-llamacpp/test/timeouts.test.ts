import { getEventListeners } from 'node:events';
import { tinyModelPath } from '@melliflow/model-tiny';
import { SimpleContext } from '@melliflow/stdlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LlamaCppBackend } from '../src/index.js';
import { generate } from '../src/llamacpp-generation.js';
import { limitTime } from '../src/llamacpp-time-limits.js';
import { tinyBackend } from './tiny-backend.js';

const ctx = new SimpleContext();

test.each([
  ['firstChunkMs', 0, 'the model gave no token within 1000 ms (timeouts.firstChunkMs)'],
  ['headersMs', 0, 'the model gave no token within 1000 ms (timeouts.headersMs)'],
  ['idleMs', 1, 'the model gave nothing more within 1000 ms (timeouts.idleMs)'],
  ['totalMs', 3, 'the model gave no whole answer within 1000 ms (timeouts.totalMs)'],
] as const)('%s runs out after %i pieces, and says so', (name, pieces, message) => {
  const caller = new AbortController().signal;
  const limits = limitTime({ [name]: 1000 }, caller, 'm');
  for (let piece = 0; piece < pieces; piece++) limits.progress();
  vi.advanceTimersByTime(999);
  expect(limits.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(limits.signal.reason).toMatchObject({ code: 'generation_timeout', retryable: true, model: 'm' });
  expect(limits.signal.reason.message).toContain(message);
  limits.end();
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(caller, 'abort')).toEqual([]);
});

test('a piece ends the wait for the first one, and starts that for the next one again', () => {
  const limits = limitTime({ firstChunkMs: 1000, idleMs: 500 }, new AbortController().signal, 'm');
  vi.advanceTimersByTime(900);
  for (let piece = 0; piece < 5; piece++) {
    limits.progress();
    vi.advanceTimersByTime(400);
  }
  expect(limits.signal.aborted).toBe(false);
  vi.advanceTimersByTime(100);
  expect(limits.signal.aborted).toBe(true);
  limits.end();
});

test.each([{}, { totalMs: Number.POSITIVE_INFINITY, idleMs: 2 ** 31 }])('%o is no limit', (timeouts) => {
  const limits = limitTime(timeouts, new AbortController().signal, 'm');
  limits.progress();
  expect(vi.getTimerCount()).toBe(0);
  limits.end();
});

test('the abort of the caller is that of the generation', () => {
  const caller = new AbortController();
  const limits = limitTime({ totalMs: 1000 }, caller.signal, 'm');
  caller.abort('enough');
  expect(limits.signal.reason).toBe('enough');
  limits.end();
  expect(limitTime({}, caller.signal, 'm').signal.reason).toBe('enough');
});

test.each([
  [{ totalMs: 0 }, /timeouts\.totalMs must be a number of ms above 0, or Infinity; got 0/],
  [{ idleMs: '5' }, /timeouts\.idleMs must be .* got "5"/],
  [{ totalMS: 5 }, /timeouts must be an object of headersMs, .* got "totalMS/],
  [5, /timeouts must be an object; got 5/],
])('timeouts %o are refused', (timeouts, message) => {
  const make = () => new LlamaCppBackend({ modelId: tinyModelPath, timeouts: timeouts as never });
  expect(make).toThrow(
    expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(message) }),
  );
});

test('who waits for a sequence waits no longer than allowed, and it is free for the next one', async () => {
  vi.useRealTimers();
  const backend = tinyBackend({ sequences: 1, timeouts: { firstChunkMs: 50 } });
  const { sequences } = await backend._load();
  const taken = await sequences.acquire([], new AbortController().signal);
  const [thunk] = await backend.generateFromContext('Hello.', ctx);
  await expect(thunk.avalue()).rejects.toMatchObject({ code: 'generation_timeout' });
  expect(thunk.cancelled).toBe(false);
  sequences.release(taken);
  expect(await sequences.acquire([], new AbortController().signal)).toBe(taken);
  sequences.release(taken);
});

test('arguments of a tool that are being written are a sign of life', async () => {
  vi.useRealTimers();
  const client = await tinyBackend({ sequences: 1 })._load();
  const params = { type: 'object', properties: { city: { type: 'string' } } } as const;
  const functions = { get_weather: { description: 'Get the weather in a city', params } };
  const user = { type: 'user', text: 'What is the weather in Paris?' } as const;
  const prompt = client.prompts.chat([user, { type: 'model', response: [] }], { functions });
  const { signal } = new AbortController();
  const onProgress = vi.fn();
  const events = [];
  for await (const event of generate(client, prompt, { options: {}, signal, onProgress })) events.push(event);
  expect(events).toContainEqual({ type: 'finish', reason: 'tool_calls' });
  const [usage] = events.flatMap((event) => (event.type === 'usage' ? event.usage : []));
  expect(onProgress.mock.calls.length).toBeGreaterThan((usage?.completionTokens ?? 0) / 2);
});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});
