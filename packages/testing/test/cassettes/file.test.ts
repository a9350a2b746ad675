import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CassetteError, cassette } from '../../src/cassettes/index.js';
import { ScriptedBackend } from '../../src/index.js';
import { ask, begin, cassetteFolder, failureOf, gone, read, stream } from './support.js';

const fileOf = cassetteFolder();
const yes = (): ScriptedBackend => new ScriptedBackend([{ deltas: ['Ye', 's.'] }]);

vi.mock('node:fs/promises', { spy: true });
afterEach(() => {
  vi.clearAllMocks();
  process.argv = process.argv.filter((word) => word !== '--update');
});

describe('the mode', () => {
  it('is to record where there is no file, then to replay', async () => {
    const file = fileOf();
    const first = cassette(yes(), { file });
    expect(first.mode).toBe('record');
    await ask(first);
    expect(cassette(gone(), { file }).mode).toBe('replay');
  });

  it.each(['true', '1'])('is to replay in CI (%s), whatever is asked for', (ci) => {
    vi.stubEnv('CI', ci);
    vi.stubEnv('MELLIFLOW_CASSETTES', 'update');
    const file = fileOf();
    expect(cassette(gone(), { file }).mode).toBe('replay');
    expect(() => cassette(gone(), { file, mode: 'record' })).toThrow(
      `cassette: mode is 'record', but in CI (the variable CI is set) nothing is recorded. Record ${file} on your machine and commit it.`,
    );
  });

  it.each(['', 'false', '0'])('takes CI=%j for no CI', (ci) => {
    vi.stubEnv('CI', ci);
    expect(cassette(gone(), { file: fileOf() }).mode).toBe('record');
  });

  it('is to record anew by the environment or by a flag, but not where a replay is asked for', async () => {
    const file = fileOf();
    await ask(cassette(yes(), { file }));
    vi.stubEnv('MELLIFLOW_CASSETTES', 'update');
    expect(cassette(gone(), { file, mode: 'replay' }).mode).toBe('replay');
    expect(() => cassette(gone(), { file })).toThrow('was recorded by another cassette of this process');
    expect(cassette(gone(), { file: fileOf('other.json') }).mode).toBe('record');
    vi.stubEnv('MELLIFLOW_CASSETTES', '');
    process.argv.push('--update');
    expect(cassette(gone(), { file: fileOf('other.json') }).mode).toBe('record');
  });

  it('to record writes the file anew, without what it had', async () => {
    const file = fileOf();
    const old = { key: 'k', request: { prompt: ['old'] }, timesMs: [], events: [] };
    writeFileSync(file, JSON.stringify({ melliflowCassette: 1, interactions: [old] }));
    const recorder = cassette(yes(), { file, mode: 'record' });
    await ask(recorder);
    expect(read(file).interactions.map(({ request }) => request.prompt)).toEqual([
      [{ role: 'user', content: 'Go.' }],
    ]);
  });
});

describe('the file', () => {
  it('is readable: a block for each interaction, a line for each event and line of a prompt', async () => {
    const file = fileOf();
    await ask(cassette(yes(), { file }), 'Is it?\nSay.', { modelOptions: { stream: true, seed: 1 } });
    const text = readFileSync(file, 'utf8')
      .replace(/"key": "\w{32}"/, '"key": "…"')
      .replace(/"timesMs": \[[\d,]+\]/, '"timesMs": […]');
    expect(text).toBe(`{
  "melliflowCassette": 1,
  "interactions": [
    {
      "key": "…",
      "request": {
        "kind": "chat",
        "model": "scripted/scripted",
        "prompt": [
          {
            "role": "user",
            "content": [
              "Is it?",
              "Say."
            ]
          }
        ],
        "format": null,
        "modelOptions": {
          "seed": 1,
          "stream": true
        },
        "tools": []
      },
      "timesMs": […],
      "events": [
        {"type":"prompt"},
        {"type":"text","text":"Ye"},
        {"type":"text","text":"s."},
        {"type":"finish","reason":"stop"}
      ]
    }
  ]
}
`);
  });

  it('differs between two recordings of the same in their times alone', async () => {
    const texts: string[] = [];
    for (const name of ['a.json', 'b.json']) {
      const recorder = cassette(yes(), { file: fileOf(name) });
      await ask(recorder, 'One.', { modelOptions: { seed: 1, temperature: 0 } });
      await ask(recorder, 'Two.', { modelOptions: { temperature: 0, seed: 1 } });
      texts.push(readFileSync(fileOf(name), 'utf8').replaceAll(/"timesMs": .*/g, ''));
    }
    expect(texts[0]).toBe(texts[1]);
  });

  it('is a path from the current folder, or a URL', async () => {
    const file = fileOf('deep/er/tape.json');
    await ask(cassette(yes(), { file: relative(process.cwd(), file) }));
    expect(await ask(cassette(gone(), { file: pathToFileURL(file) }))).toBe('Yes.');
    expect(await ask(cassette(gone(), { file: pathToFileURL(file).href }))).toBe('Yes.');
    const ofAnotherWindow = { href: pathToFileURL(file).href } as URL;
    expect(await ask(cassette(gone(), { file: ofAnotherWindow }))).toBe('Yes.');
  });

  it('stands whole before the end of an answer is told, after each one', async () => {
    const file = fileOf();
    const recorder = cassette(yes(), { file });
    for (const count of [1, 2, 3]) {
      await ask(recorder, `Say ${count}.`);
      expect(read(file).interactions).toHaveLength(count);
    }
  });

  it('is written once for those who end while it is being written', async () => {
    const file = fileOf();
    const recorder = cassette(yes(), { file });
    await Promise.all(Array.from({ length: 50 }, (_, i) => ask(recorder, `Say ${i}.`)));
    expect(read(file).interactions).toHaveLength(50);
    expect(vi.mocked(fs.writeFile).mock.calls.length).toBeLessThan(5);
  });

  it('is never seen half written: it comes by a rename, and a failed write leaves the old one', async () => {
    const file = fileOf();
    const recorder = cassette(yes(), { file });
    await ask(recorder);
    const before = readFileSync(file, 'utf8');
    vi.mocked(fs.rename).mockRejectedValueOnce(new Error('no room'));
    const thunk = await begin(recorder, 'More.', stream);
    const error = await failureOf(thunk.avalue());
    expect([CassetteError.is(error), error.message]).toEqual([
      true,
      `cassette: ${file} cannot be written: no room`,
    ]);
    expect([readFileSync(file, 'utf8'), readdirSync(dirname(file))]).toEqual([before, ['tape.json']]);
    await ask(recorder, 'Again.');
    expect(read(file).interactions).toHaveLength(3);
  });

  it('that somebody else writes meanwhile is left to them', async () => {
    const file = fileOf();
    const [one, two] = [cassette(yes(), { file }), cassette(yes(), { file })];
    await ask(one, 'One.');
    const { ino } = statSync(file);
    const error = await failureOf(ask(two, 'Two.'));
    expect(error.message).toBe(
      `cassette: ${file} was written by somebody else while it was being recorded. Give each test file a cassette of its own.`,
    );
    expect([statSync(file).ino, read(file).interactions.length]).toEqual([ino, 1]);
  });

  it('that somebody else writes while this one is being written is left to them, too', async () => {
    const file = fileOf();
    const recorder = cassette(yes(), { file });
    vi.mocked(fs.writeFile).mockImplementationOnce(async () => writeFileSync(file, 'theirs'));
    const error = await failureOf(ask(recorder));
    expect(error.message).toContain('was written by somebody else while it was being recorded.');
    expect([readFileSync(file, 'utf8'), readdirSync(dirname(file))]).toEqual(['theirs', ['tape.json']]);
  });

  it('may be played by several cassettes, each from the start', async () => {
    const file = fileOf();
    await ask(cassette(yes(), { file }));
    const replays = [cassette(gone(), { file }), cassette(gone(), { file })];
    expect(await Promise.all(replays.map((replay) => ask(replay)))).toEqual(['Yes.', 'Yes.']);
  });

  it.each([
    ['{', /cannot be read: .*JSON.* Mend it, or record it anew\.$/],
    [
      '[]',
      /is no cassette that this version reads: melliflowCassette is none, not 1\. Record it anew, or update/,
    ],
    ['{"melliflowCassette":2,"interactions":[]}', /melliflowCassette is 2, not 1/],
    [
      '{"melliflowCassette":1,"interactions":[{"request":{"prompt":[]}}]}',
      /damaged: there is no key of interaction 1/,
    ],
    ['{"melliflowCassette":1,"interactions":[{"key":"k"}]}', /there is no request.prompt of interaction 1/],
    [
      '{"melliflowCassette":1,"interactions":[{"key":"k","request":{"prompt":["a",["b"],null]}}]}',
      /there is a message without content in the request.prompt of interaction 1/,
    ],
    [
      '{"melliflowCassette":1,"interactions":[{"key":"k","request":{"prompt":[{"role":"user"}]}}]}',
      /there is a message without content in the request.prompt of interaction 1/,
    ],
    [
      '{"melliflowCassette":1,"interactions":[{"key":"k","request":{"prompt":[]},"events":[{}]}]}',
      /there is an event without type in the events of interaction 1/,
    ],
    [
      '{"melliflowCassette":1,"interactions":[{"key":"k","request":{"prompt":[]},"events":[],"timesMs":[1]}]}',
      /timesMs has not one time for each event of interaction 1/,
    ],
  ])('%s is refused, with what to do', (text, message) => {
    const file = fileOf();
    writeFileSync(file, text);
    expect(() => cassette(gone(), { file })).toThrow(message);
  });

  it('that is a folder cannot be read', () => {
    const file = fileOf();
    mkdirSync(file);
    expect(() => cassette(gone(), { file })).toThrow(CassetteError);
    rmSync(file, { recursive: true });
  });
});

describe('wrong options', () => {
  it.each([
    [{ file: '' }, 'cassette: file must be a path or a file URL; got string "".'],
    [
      { file: new URL('https://example.org/') },
      'cassette: file must be a path or a file URL; got an object of class URL.',
    ],
    [
      { file: 'x', mode: 'once' },
      `cassette: mode must be 'auto' or 'record' or 'replay'; got string "once".`,
    ],
    [{ file: 'x', timing: 1 }, `cassette: timing must be 'none' or 'recorded'; got number 1.`],
    [{ file: 'x', prompts: null }, `cassette: prompts must be 'text' or 'hash'; got null.`],
    [{ file: 'x', scrub: /x/ }, 'cassette: scrub must be a function; got an object of class RegExp.'],
    [undefined, 'cassette: the second argument must be options; got undefined.'],
  ])('%j', (options, message) => {
    expect(() => cassette(gone(), options as never)).toThrow(new TypeError(message));
  });

  it('a backend is wanted', () => {
    expect(() => cassette({} as never, { file: 'x' })).toThrow('the first argument must be a backend');
  });
});

describe('a cassette as a backend', () => {
  it('shows what the inner one is, and frees it', async () => {
    const free = vi.fn(async () => undefined);
    const inner = Object.assign(new ScriptedBackend([{}], { modelId: 'm', modelOptions: { seed: 1 } }), {
      [Symbol.asyncDispose]: free,
      _secrets: () => ['s'],
    });
    const backend = cassette(inner, { file: fileOf() });
    const { provider, modelId, capabilities, modelOptions, formatter, maxConcurrency } = inner;
    expect(backend).toMatchObject({
      provider,
      modelId,
      capabilities,
      modelOptions,
      formatter,
      maxConcurrency,
      inner,
    });
    expect(backend._secrets()).toEqual(['s']);
    await backend[Symbol.asyncDispose]();
    expect(free).toHaveBeenCalledOnce();
    expect(existsSync(fileOf())).toBe(false);
  });

  it('takes the prompt from a backend that changes it', async () => {
    const file = fileOf();
    const polite = Object.assign(yes(), {
      _promptOf: () => [{ role: 'user', content: 'Please.' }],
      _rawPromptOf: () => 'Raw.',
    });
    const recorder = cassette(polite, { file });
    await ask(recorder);
    await recorder.generateFromRaw(['x'], (await import('./support.js')).ctx);
    expect(read(file).interactions.map(({ request }) => request.prompt)).toEqual([
      [{ role: 'user', content: 'Please.' }],
      ['Raw.'],
    ]);
  });
});
