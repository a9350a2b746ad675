import { stripVTControlCharacters } from 'node:util';
import { InvalidRequestError } from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MaxSentences, run } from '../src/index.js';
import { FakeIo } from './support/fake-io.js';

const usage = { promptTokens: 7, completionTokens: 5, totalTokens: 12 };

/** The summary as a record. */
function summaryOf(text: string): Record<string, string> {
  const rows = text
    .split('\n')
    .map((line) => /^(verdict|chunks|tokens|loaded|first text|held back|finish|model) +(.+)$/.exec(line));
  return Object.fromEntries(rows.flatMap((row) => (row ? [[row[1], row[2]]] : [])));
}

afterEach(() => vi.restoreAllMocks());

describe('melliflow stream, for people', () => {
  it('shows the text as it came, separators included, and a summary', async () => {
    const io = new FakeIo();
    io.backend = new ScriptedBackend([{ deltas: ['One came.\n\nTwo  ', 'came. Three', ' came.\n'], usage }]);
    expect(await run(['stream', '--max-sentences', '3', 'Go.'], io)).toBe(0);
    const [story, rest] = io.stdout.text.split('\n\nverdict');
    expect(story).toBe('One came.\n\nTwo  came. Three came.');
    expect(rest?.endsWith('\n')).toBe(true);
    expect(summaryOf(io.stdout.text)).toEqual({
      verdict: 'passed',
      chunks: '3 passed',
      tokens: '7 in, 5 out',
      'first text': expect.stringMatching(/^after \d+ ms$/),
      'held back': 'nothing',
      finish: 'stop',
      model: 'scripted scripted',
    });
    expect(io.stderr.text).toBe('');
    expect(io.listeners).toBe(0);
  });

  it('shows each chunk when it was validated, not at the end', async () => {
    const io = new FakeIo();
    io.backend = new ScriptedBackend([{ deltas: ['One came. T', 'wo'], hangs: true }]);
    io.stdout.onWrite = (text) => {
      if (text === 'One came.') io.signals.emit('SIGINT');
    };
    expect(await run(['stream', 'Go.'], io)).toBe(130);
  });

  it.each(['sentence', 'word', 'paragraph'])('shows all that passed, cut into %ss', async (chunking) => {
    const io = new FakeIo(' A b a b.\n\nA ', 'b? A\n\n', '\nb.');
    expect(await run(['stream', '--chunking', chunking, 'Go.'], io)).toBe(0);
    expect(io.stdout.text.split('\n\nverdict')[0]).toBe(' A b a b.\n\nA b? A\n\n\nb.');
  });

  it('says which requirement cut a chunk and why, and shows nothing of the chunk', async () => {
    const io = new FakeIo();
    const deltas = ['One came. ', 'Two came. ', 'A secret ro', 'bot came. And more.'];
    io.backend = new ScriptedBackend([{ deltas, hangs: true }]);
    expect(await run(['stream', '--max-sentences', '2', '--forbid', 'robot', '--', 'Go.'], io)).toBe(1);
    expect(io.stdout.text).toContain(
      'One came. Two came.\n\n✗ The text would have 3 sentences; the limit is 2.\n',
    );
    expect(io.stdout.text).toContain('✗ Forbidden: "robot".\n');
    expect(summaryOf(io.stdout.text)).toMatchObject({
      verdict: 'failed',
      chunks: '2 passed, 1 cut',
      tokens: 'not counted, as the stream ended early',
      'held back': '30 characters generated but not shown',
      finish: 'ended early',
    });
    expect(io.stdout.text + io.stderr.text).not.toMatch(/secret|more/);
  });

  it('ends with 1 when only the final validation fails', async () => {
    const io = new FakeIo('One came.');
    vi.spyOn(MaxSentences.prototype, 'validate').mockImplementation(async function (this: MaxSentences) {
      const { ValidationResult } = await import('@melliflow/core');
      return new ValidationResult(false, { reason: 'Not nice.' });
    });
    expect(await run(['stream', '--max-sentences', '2', 'Go.'], io)).toBe(1);
    expect(io.stdout.text).toContain('One came.\n\n✗ Not nice.\n');
    expect(summaryOf(io.stdout.text)).toMatchObject({
      verdict: 'failed',
      chunks: '1 passed',
      'held back': 'nothing',
    });
  });

  it.each([
    [['--max-sentences', '2'], 0, 'passed, but the text was cut at the token limit'],
    [['--forbid', 'robot', '--'], 0, 'passed, but the text was cut at the token limit'],
    [[], 0, 'the text was cut at the token limit, nothing was required'],
    [['--max-sentences', '1'], 1, 'failed'],
  ])('tells of the token limit where it cut the text: %j', async (args, exitCode, verdict) => {
    const io = new FakeIo();
    io.backend = new ScriptedBackend([{ deltas: ['One came. And th'], finish: 'length' }]);
    expect(await run(['stream', ...args, 'Go.'], io)).toBe(exitCode);
    expect(summaryOf(io.stdout.text).verdict).toBe(verdict);
  });

  it('says the requirement where a failure has no reason', async () => {
    const io = new FakeIo();
    io.backend = new ScriptedBackend([{ deltas: ['One came.'], finish: 'length' }]);
    vi.spyOn(MaxSentences.prototype, 'validate').mockImplementation(async () => {
      const { ValidationResult } = await import('@melliflow/core');
      return new ValidationResult(false);
    });
    await run(['stream', '--max-sentences', '2', 'Go.'], io);
    expect(io.stdout.text).toContain('One came.\n\n✗ At most 2 sentences.\n');
    expect(summaryOf(io.stdout.text).verdict).toBe('failed, and the text was cut at the token limit');
  });

  it('keeps what had passed when the provider fails, and ends with 3', async () => {
    const io = new FakeIo();
    const error = new InvalidRequestError('scripted: no.', { provider: 'scripted', model: 'm' });
    io.backend = new ScriptedBackend([{ deltas: ['One came. A secret'], error }, { error }]);
    expect(await run(['stream', 'Go.'], io)).toBe(3);
    expect(io.stdout.text).toMatch(/^One came\.\n\nverdict +ended by an error\n/);
    expect(io.stdout.text).not.toContain('secret');
    expect(io.stderr.text).toBe('error (invalid_request): scripted: no.\n');
  });

  it('says nothing on stdout when the provider fails at once', async () => {
    const io = new FakeIo();
    io.backend = new ScriptedBackend([{ error: new Error('no') }]);
    expect(await run(['stream', 'Go.'], io)).toBe(3);
    expect(io.stdout.text).toBe('');
    expect(io.stderr.text).toMatch(/^error \(backend\): .+\n$/);
  });

  it('ends with 3 on an error that nobody foresaw', async () => {
    const io = new FakeIo();
    io.loadBackend = () => Promise.reject(new RangeError('odd'));
    expect(await run(['stream', 'Go.'], io)).toBe(3);
    expect(io.stderr.text).toBe('error (unexpected): RangeError: odd\n');
    expect(io.listeners).toBe(0);
  });

  it('shows an empty answer as one', async () => {
    const io = new FakeIo();
    expect(await run(['stream', 'Go.'], io)).toBe(0);
    expect(io.stdout.text).toMatch(/^verdict +complete/);
    expect(io.stdout.text).not.toContain('first text');
    expect(summaryOf(io.stdout.text)).toMatchObject({ chunks: '0 passed' });
  });

  it('tells of no first text where nothing was shown', async () => {
    const io = new FakeIo('A robot came. ');
    expect(await run(['stream', '--forbid', 'robot', '--', 'Go.'], io)).toBe(1);
    expect(summaryOf(io.stdout.text)).toMatchObject({ chunks: '0 passed, 1 cut' });
    expect(io.stdout.text).not.toContain('first text');
  });

  it('says that there was nothing to check', async () => {
    const io = new FakeIo('One came.');
    await run(['stream', 'Go.'], io);
    expect(summaryOf(io.stdout.text).verdict).toBe('complete, nothing was required');
  });

  it('hands the options on, tells of those that are not honoured, and frees the backend', async () => {
    const io = new FakeIo();
    let disposed = 0;
    const backend = new ScriptedBackend([{ deltas: ['Hi.'] }], { capabilities: { seed: false } });
    io.backend = Object.assign(backend, { [Symbol.asyncDispose]: async () => void disposed++ });
    const options = ['--system', 'Be brief.', '--temperature', '0.5', '--seed', '-7', '--max-tokens', '9'];
    await run(['stream', ...options, '--backend', 'openai', '--model', 'gpt', 'Go.'], io);
    expect(io.choices).toMatchObject([{ backend: 'openai', model: 'gpt' }]);
    const call = { systemPrompt: 'Be brief.', temperature: 0.5, seed: -7, maxNewTokens: 9, stream: true };
    expect(backend.calls).toMatchObject([{ prompt: 'Go.', modelOptions: call }]);
    expect(io.stderr.text).toBe('warning: The backend does not honour seed.\n');
    expect(disposed).toBe(1);
  });
});

describe('on a terminal', () => {
  const screen = async (
    args: string[],
    init: { NO_COLOR?: string; isTTY?: boolean },
    ...deltas: string[]
  ) => {
    const io = new FakeIo(...deltas);
    io.stdout.isTTY = init.isTTY ?? true;
    io.env = { NO_COLOR: init.NO_COLOR };
    await run(['stream', ...args, 'Go.'], io);
    return io.stdout.text;
  };

  it('ticks every sentence that passed, in colour', async () => {
    const text = await screen(['--max-sentences', '1'], {}, 'One came. Two came.');
    expect(text).toContain('\u001b[');
    expect(stripVTControlCharacters(text)).toMatch(
      /^One came\. ✓\n\n✗ The text would have 2 sentences; the limit is 1\.\n/,
    );
  });

  it('is without colours under NO_COLOR, and without ticks too where it is none', async () => {
    expect(await screen(['--max-sentences', '1'], { NO_COLOR: '1' }, 'One came.')).toMatch(
      /^One came\. ✓\n\nverdict/,
    );
    const piped = await screen(['--max-sentences', '1'], { isTTY: false }, 'One came.');
    expect(piped).toMatch(/^One came\.\n\nverdict/);
    expect(piped).not.toContain('\u001b');
  });

  it('ticks no single words, and nothing where nothing is required', async () => {
    expect(await screen(['--max-sentences', '1', '--chunking', 'word'], {}, 'One came.')).not.toContain('✓');
    expect(await screen([], {}, 'One came.')).not.toContain('✓');
  });

  it("does not hand on a model's control characters; a pipe gets them as they are", async () => {
    const evil = 'One\u001b[2J\u0007\tca\r\nme.';
    expect(await screen([], { NO_COLOR: '1' }, evil)).toMatch(/^One\ufffd\[2J\ufffd\tca\r\nme\.\n/);
    expect(await screen([], { isTTY: false }, evil)).toContain(evil);
  });
});
