import type { ChatMessage } from '@melliflow/core';
import { ContextLengthError } from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import { fromLlamaCppError } from '../src/from-llamacpp-error.js';
import { fromLlamaCppStop } from '../src/from-llamacpp-stop.js';
import { toLlamaCppHistory } from '../src/to-llamacpp-history.js';

describe('messages', () => {
  test('each role has its item, and an empty answer is opened', () => {
    const messages: ChatMessage[] = [
      { role: 'system', content: 's' },
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'a' },
      { role: 'user', content: 'v' },
    ];
    expect(toLlamaCppHistory(messages, 'm')).toEqual([
      { type: 'system', text: 's' },
      { type: 'user', text: 'u' },
      { type: 'model', response: ['a'] },
      { type: 'user', text: 'v' },
      { type: 'model', response: [] },
    ]);
  });

  test('a last assistant message stays open', () => {
    expect(toLlamaCppHistory([{ role: 'assistant', content: 'a' }], 'm')).toEqual([
      { type: 'model', response: ['a'] },
    ]);
  });

  test('images are refused by name', () => {
    const message: ChatMessage = { role: 'user', content: '', images: ['iVBORw0KGgo='] };
    expect(() => toLlamaCppHistory([message], 'm')).toThrow(/images are not supported/);
  });
});

test.each([
  ['eogToken', 'stop'],
  ['stopGenerationTrigger', 'stop'],
  ['customStopTrigger', 'stop'],
  ['maxTokens', 'length'],
  ['functionCalls', 'tool_calls'],
  ['abort', 'other'],
  ['of a later engine', 'other'],
] as const)('the stop reason %s is %s', (theirs, ours) => {
  expect(fromLlamaCppStop(theirs as 'eogToken')).toBe(ours);
});

describe('errors', () => {
  class InsufficientMemoryError extends Error {}

  test.each([
    [Object.assign(new Error('open'), { code: 'ENOENT' }), 'model_not_found', /there is no file m\.gguf/],
    [Object.assign(new Error('open'), { code: 'ENOTDIR' }), 'model_not_found', /there is no file m\.gguf/],
    [Object.assign(new Error('open'), { code: 'EACCES' }), 'permission', /may not be read/],
    [new InsufficientMemoryError('big'), 'invalid_request', /Lower contextSize or sequences/],
    [new Error('Failed to create context'), 'invalid_request', /Lower contextSize or sequences/],
    [new Error('Failed to load model'), 'invalid_request', /cut short or damaged/],
    [new Error('Something else'), 'backend', /llamacpp: Something else/],
    ['text', 'backend', /llamacpp: text/],
  ])('%s is %s', (theirs, code, message) => {
    const ours = fromLlamaCppError(theirs, 'm.gguf');
    expect(ours).toMatchObject({ code, provider: 'llamacpp', model: 'm.gguf', message });
    expect(ours.cause).not.toBe(theirs);
  });

  test('an error of the family comes back as it is', () => {
    const error = new ContextLengthError('too long', { provider: 'llamacpp', model: 'm.gguf' });
    expect(fromLlamaCppError(error, 'm.gguf')).toBe(error);
  });
});
