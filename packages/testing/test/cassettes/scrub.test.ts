import { readdirSync, readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackendError, ImageBlock, RateLimitError } from '@melliflow/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cassette } from '../../src/cassettes/index.js';
import { cleanPieces } from '../../src/cassettes/scrub.js';
import { ScriptedBackend } from '../../src/index.js';
import {
  ask,
  begin,
  callOf,
  cassetteFolder,
  ctx,
  failureOf,
  gone,
  holding,
  read,
  toldBy,
} from './support.js';

const fileOf = cassetteFolder();
const secret = 'correct-horse-battery';
const keyLike = ['sk', 'proj', 'abcdefghijklmnop'].join('-');

vi.mock('node:fs/promises', { spy: true });
afterEach(() => void vi.clearAllMocks());

describe('what is stored', () => {
  it('never holds a credential, wherever it stands and however it is cut', async () => {
    const file = fileOf();
    const told = `Your key is ${secret}, or ${keyLike}. Bye.`;
    const origin = { provider: 'scripted', model: 'scripted' };
    const error = new BackendError(`Refused ${secret}.`, { ...origin, cause: new Error(keyLike) });
    const inner = holding(secret, [
      {
        deltas: [...told],
        thinking: `Hm, ${secret}`,
        toolCalls: [{ name: 'put', args: { [secret]: 1, apiKey: 'short1' } }],
      },
      { error },
    ]);
    const recorder = cassette(inner, { file });
    const options = {
      modelOptions: { providerOptions: { scripted: { headers: { authorization: `Bearer ${secret}` } } } },
    };
    expect(await ask(recorder, `Use ${secret} and ${keyLike}.`, options)).toBe(told);
    await failureOf(ask(recorder, 'Again.'));
    const written = vi.mocked(fs.writeFile).mock.calls.map(([, text]) => String(text));
    expect(written).toHaveLength(2);
    for (const text of [...written, readFileSync(file, 'utf8')])
      for (const leak of [secret, keyLike, 'short1', 'horse']) expect(text).not.toContain(leak);
    const texts = read(file).interactions[0]?.events.flatMap((event) =>
      event.type === 'text' ? event.text : [],
    );
    expect(texts?.join('')).toBe('Your key is [redacted], or [redacted]. Bye.');
  });

  it.each([
    ['a URL', encodeURIComponent],
    ['base64', (text: string) => Buffer.from(text).toString('base64')],
    ['base64 behind a name', (text: string) => Buffer.from(`me:${text}`).toString('base64')],
    ['base64 behind a longer name', (text: string) => Buffer.from(`you:${text}!`).toString('base64url')],
    ['JSON', (text: string) => JSON.stringify({ text })],
    ['JSON in JSON', (text: string) => JSON.stringify(JSON.stringify({ text }))],
  ])('never holds a credential as it is written in %s', async (_, written) => {
    const file = fileOf();
    const own = 'correct/"horse"+battery?';
    const text = `It is ${written(own)}, is it?`;
    await ask(cassette(holding(own, [{ deltas: [...text] }]), { file }), text);
    const stored = JSON.stringify(read(file));
    for (const leak of [
      'orse',
      Buffer.from('horse').toString('base64').slice(0, 5),
      written(own).slice(9, 17),
    ])
      expect(stored).not.toContain(leak);
    expect(stored).toContain('[redacted]');
  });

  it('never holds what stands under the name of a credential, of whatever look', async () => {
    const file = fileOf();
    const headers = { Authorization: 'word1', Cookie: ['word2'], 'x-session-token': 'word3' };
    const args = { password: 'word4', client_secret: 'word5', token: 'a word' };
    const inner = new ScriptedBackend([{ toolCalls: [{ name: 'put', args }] }]);
    await ask(cassette(inner, { file }), 'Go.', {
      modelOptions: { providerOptions: { scripted: { headers } } },
    });
    const stored = JSON.stringify(read(file));
    expect(stored).not.toMatch(/word\d/);
    expect(stored).toContain('a word');
  });

  it('never holds a credential in tokens, which are cut anywhere', async () => {
    const file = fileOf();
    const inner = holding(secret, [{}]);
    const pieces = ['I', ' say ', ...(secret.match(/.{1,4}/g) ?? []), '.'];
    const logprobs = pieces.map((token) => ({ token, logprob: -1, top: [{ token, logprob: -Infinity }] }));
    inner._generateFromContext = async function* () {
      for (const one of logprobs) yield { type: 'logprobs', logprobs: [one] };
      yield { type: 'finish', reason: 'stop' };
    };
    inner._generateFromRaw = async () => [{ text: 'I say it.', finishReason: 'stop', logprobs }];
    const recorder = cassette(inner, { file });
    await begin(recorder).then((thunk) => thunk.avalue());
    await recorder.generateFromRaw(['Go.'], ctx);
    const replay = cassette(gone(), { file });
    const chat = await begin(replay);
    await chat.avalue();
    const [raw] = await replay.generateFromRaw(['Go.'], ctx);
    for (const kept of [chat.generation.logprobs, raw?.generation.logprobs]) {
      expect(kept?.map(({ token }) => token).join('')).toBe('I say [redacted].');
      expect(JSON.stringify(kept)).not.toMatch(/corr|hors|batt/);
      expect(kept?.[0]).toEqual(logprobs[0]);
    }
  });

  it('is found again without the credential, and with another one', async () => {
    const file = fileOf();
    await ask(cassette(holding(secret, [{ deltas: ['Yes.'] }]), { file }), `Is ${secret} good?`);
    const replay = cassette(gone({ secrets: ['an-other-one'] }), { file });
    expect(await ask(replay, 'Is an-other-one good?')).toBe('Yes.');
  });

  it('is changed by the function of the user, in requests and answers', async () => {
    const file = fileOf();
    const scrub = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\d/g, '[date]');
    await ask(
      cassette(new ScriptedBackend([{ deltas: ['It is 2031-', '01-02.'] }]), { file, scrub }),
      'On 2031-01-01?',
    );
    expect(readFileSync(file, 'utf8')).not.toContain('2031');
    expect(await ask(cassette(gone(), { file, scrub }), 'On 2032-12-31?')).toBe('It is [date].');
  });

  it('keeps what its form is made of, whatever that function does', async () => {
    const file = fileOf();
    const scrub = (text: string): string => text.replaceAll(/[a-z]/g, 'x');
    const origin = { provider: 'scripted', model: 'scripted' };
    const inner = new ScriptedBackend([
      { deltas: ['Yes.'], toolCalls: [{ name: 'now', args: { at: 'noon' } }] },
      { error: new RateLimitError('Slow down.', { ...origin, status: 429 }) },
      { deltas: ['Raw.'] },
    ]);
    const recorder = cassette(inner, { file, scrub });
    await ask(recorder);
    await failureOf(ask(recorder, 'Again.'));
    await recorder.generateFromRaw(['Go.'], ctx);
    const replay = cassette(gone(), { file, scrub });
    const thunk = await begin(replay);
    expect([await thunk.avalue(), thunk.toolCalls, thunk.generation.finishReason]).toMatchObject([
      'Yxx.',
      [{ name: 'xxx', args: { at: 'xxxx' } }],
      'tool_calls',
    ]);
    expect(await failureOf(ask(replay, 'Again.'))).toMatchObject({
      code: 'rate_limit',
      message: 'Sxxx xxxx.',
    });
    const [raw] = await replay.generateFromRaw(['Go.'], ctx);
    expect([raw?.value, raw?.generation.finishReason]).toEqual(['Rxx.', 'stop']);
  });

  it('is refused when that function gives no text', async () => {
    const scrub = (() => undefined) as unknown as (text: string) => string;
    const error = await failureOf(ask(cassette(new ScriptedBackend([{}]), { file: fileOf(), scrub })));
    expect(error.message).toContain('cassette: scrub must give a string; it gave undefined.');
  });

  it('has no prompt where they are hashes', async () => {
    const file = fileOf();
    const backend = cassette(new ScriptedBackend([{ deltas: ['Yes.'] }]), { file, prompts: 'hash' });
    await ask(backend, 'A private question.', { modelOptions: { systemPrompt: 'A private rule.' } });
    await backend.generateFromRaw(['A private text.'], ctx, {
      modelOptions: { systemPrompt: 'A private rule.' },
    });
    expect(readFileSync(file, 'utf8')).not.toMatch(/private|question|rule/);
    const replay = cassette(gone(), { file, prompts: 'hash' });
    const thunk = await begin(replay, 'A private question.', {
      modelOptions: { systemPrompt: 'A private rule.' },
    });
    expect(await thunk.avalue()).toBe('Yes.');
    expect(JSON.stringify(thunk.generateLog?.prompt)).toContain('A private question.');
  });

  it('names images by their hashes', async () => {
    const file = fileOf();
    const png = ImageBlock.fromPng(new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 0]));
    const action = {
      parts: () => [],
      formatForLlm: () => ({ obj: null, args: { text: 'See.' }, images: [png] }),
      parse: String,
    };
    const [thunk] = await cassette(new ScriptedBackend([{}]), { file }).generateFromContext(action, ctx);
    await thunk.avalue();
    expect(read(file).interactions[0]?.request.prompt).toEqual([
      { role: 'user', content: 'See.', images: [expect.stringMatching(/^sha256:\w{32}$/)] },
    ]);
  });

  it('stands in no other file', async () => {
    const file = fileOf();
    await toldBy(cassette(new ScriptedBackend([{ deltas: ['a'] }]), { file }), callOf('Go.'));
    expect(readdirSync(dirname(file))).toEqual(['tape.json']);
  });
});

describe('cleanPieces', () => {
  const clean = (text: string): string => text.replaceAll('secret', '[x]');

  it.each([
    [
      ['a ', 'sec', 'ret', ' b'],
      ['a ', '[x]', '', ' b'],
    ],
    [['asecretb'], ['a[x]b']],
    [
      ['se', 'cretsec', 'ret'],
      ['[x][x]', '', ''],
    ],
    [
      ['nothing', ' here'],
      ['nothing', ' here'],
    ],
    [[], []],
  ])('%j becomes %j', (pieces, wanted) => {
    expect(cleanPieces(pieces, clean)).toEqual(wanted);
  });

  it('gives the clean whole in as many pieces, for all texts and cuts', () => {
    const piece = fc.array(fc.constantFrom('s', 'e', 'secret', 'cret', ' ', 'xsecretsecret'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.array(piece.map((parts) => parts.join(''))),
        fc.constantFrom('[x]', '', 'secret!', 's'),
        (pieces, instead) => {
          const replace = (text: string): string => text.replaceAll('secret', instead);
          const cleaned = cleanPieces(pieces, replace);
          expect(cleaned.join('')).toBe(replace(pieces.join('')));
          expect(cleaned).toHaveLength(pieces.length);
        },
      ),
    );
  });
});
