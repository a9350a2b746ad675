import { inspect } from 'node:util';
import { RateLimitError } from '@melliflow/core';
import { describe, expect, it } from 'vitest';
import { FailedReply, failureOf, toProviderError, withoutEchoes } from '../src/index.js';

describe('a message', () => {
  it('loses what it quotes, and keeps the rest', () => {
    expect(withoutEchoes('Invalid: the quick brown fox (1)', ['Say: the quick brown fox jumps'])).toBe(
      'Invalid[…] (1)',
    );
    expect(withoutEchoes('unknown field "stop"', ['hi', 'stopping'])).toBe('unknown field "stop"');
    expect(withoutEchoes('no such thing as Bern', ['Bern'])).toBe('no such thing as […]');
    expect(withoutEchoes('Bern, Bern', ['Bern'])).toBe('[…], […]');
    expect(withoutEchoes('', ['Bern'])).toBe('');
  });

  const prompt = `Dear "Zoë", it's Anna's\n\tC:\\new 🤖 plan.`;
  const ascii = (text: string): string =>
    text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  it.each([
    ['as it is', prompt],
    ['as JSON', JSON.stringify(prompt)],
    ['as JSON in JSON', JSON.stringify(JSON.stringify(prompt))],
    ['as JSON of Python, in ASCII', ascii(JSON.stringify(prompt))],
    ['as JSON in ASCII in JSON', JSON.stringify(ascii(JSON.stringify(prompt)))],
    [
      'as a text of Python',
      `'${prompt.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replace('\n', '\\n')}'`,
    ],
    ['with code points', prompt.replace('🤖', '\\u{1F916}')],
    ['on one line', prompt.replace(/\s+/g, ' ')],
    ['in other marks', prompt.replaceAll('"', '”')],
    ['in pieces', `near ${prompt.slice(2, 30)} of`],
  ])('loses a prompt %s', (_, quoted) => {
    const clean = withoutEchoes(`bad request: ${quoted} (400)`, ['other', prompt]);
    expect(clean).toMatch(/^bad request: /);
    expect(clean).not.toMatch(/Zo|Anna|new|plan|1F916|d83e/i);
  });

  it('loses a prompt that is short', () => {
    expect(withoutEchoes("no such thing as 'Z\\u00fcri'", ['Züri'])).toBe("no such thing as '[…]'");
  });

  it('loses the data of an image', () => {
    const image = Buffer.alloc(150, 'abc').toString('base64');
    expect(withoutEchoes(`cannot read data:image/png;base64,${image}.`, [])).toBe(
      'cannot read data:image/png;base64,[…].',
    );
  });

  it('keeps marks that no prompt has', () => {
    const message = 'a \\u{110000} "b" \\ \n c';
    expect(withoutEchoes(message, ['Tell me about bees.'])).toBe(message);
  });

  it('is read once, however long it and the prompts are', () => {
    const long = 'a b '.repeat(1 << 19);
    expect(withoutEchoes(`x ${long}`, [long, `${long}c`, 'b '.repeat(1 << 19)])).toBe('x […] …');
    expect(withoutEchoes('d '.repeat(1 << 20), [long])).toHaveLength(4001);
  });
});

describe('what was thrown', () => {
  const prompt = 'My name is Wilhelmina Featherstone, keep it.';
  const origin = { provider: 'mock', model: 'm', secrets: ['topsecret'], prompts: [prompt] };

  it.each([
    ['an error', new Error(`cannot send ${prompt} with topsecret`)],
    ['an error of the network', new TypeError(`network down: ${JSON.stringify({ prompt })} topsecret`)],
    ['an error with a code', Object.assign(new Error('x'), { code: 'ECONNRESET', cause: new Error(prompt) })],
    ['an error with a code of its own', Object.assign(new Error('x'), { code: prompt, name: prompt })],
    ['a range', new RangeError(prompt)],
    ['a text', `topsecret ${prompt}`],
    ['an object', { message: prompt }],
    [
      'a failed reply',
      new FailedReply({ status: 400, body: { error: { message: prompt, code: 'Wilhelmina' } } }),
    ],
  ])('shows nothing of the request: %s', (_, thrown) => {
    const error = toProviderError(thrown, origin);
    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
    expect(shown).not.toMatch(/Wilhelmina|Featherstone|topsecret/);
    expect(error.message).toMatch(/^mock: /);
  });

  it('may be a failed reply, which nothing prints before it is read', () => {
    const failed = new FailedReply({ status: 429, body: { error: prompt } });
    expect(inspect(failed, { depth: 20, showHidden: true }) + JSON.stringify(failed)).not.toContain(
      'Wilhelmina',
    );
    expect(failureOf(failed)?.body).toEqual({ error: prompt });
    expect(failureOf('x')).toBeUndefined();
    expect(RateLimitError.is(toProviderError(failed, origin))).toBe(true);
  });
});
