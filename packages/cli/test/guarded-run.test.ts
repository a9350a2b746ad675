import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChunkingName, chunkingByName } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { run } from '../src/index.js';
import { FakeIo } from './support/fake-io.js';
import { scratchProject } from './support/scratch-project.js';

/** The program with these options on what a model says, attempt by attempt. */
async function ran(options: readonly string[], ...attempts: string[][]) {
  const io = new FakeIo();
  const script = attempts.map((deltas) => ({ deltas }));
  io.backend = new ScriptedBackend(script, { capabilities: { prefill: true } });
  const code = await run(['stream', ...options, '--', 'Go.'], io);
  const [text = ''] = io.stdout.text.split(/\n\n(?=✗|verdict)/);
  return { io, code, text, summary: io.stdout.text.slice(text.length) };
}

describe('guardrails of the command line', () => {
  const key = `ghp_${'0123456789abcdefghijABCDEFGHIJ'}012345`;
  it.each([
    [['--no-secrets'], `One came. The key is ${key}. `, 'One came.'],
    [['--no-personal-data'], 'One came. Ask bob@mail.example now. ', 'One came.'],
    [['--no-repetition'], `One came. ${'so it goes on and '.repeat(20)}. `, 'One came.'],
    [['--max-words', '3'], 'One came. Two more came. ', 'One came.'],
    [['--max-characters', '12'], 'One came. Two more came. ', 'One came.'],
    [
      ['--languages', 'de', '--chunking', 'paragraph'],
      `${'The quick brown fox jumps over the lazy dog, and it is very happy about that. '.repeat(6)}\n\n`,
      '',
    ],
  ])('%j stops before what it forbids', async (options, said, shown) => {
    const { code, text, io } = await ran(options, [said, 'And more.']);
    expect(code).toBe(1);
    expect(io.stdout.text.startsWith(shown)).toBe(true);
    if (shown !== '') expect(text).toBe(shown);
    expect(io.stdout.text).toContain('✗ ');
    expect(io.stdout.text).not.toMatch(/bob@|ghp_|so it goes|Two|And more|quick/);
  });

  it('--cite stops at a source that was not given', async () => {
    const { code, text } = await ran(['--cite', '1', '2'], ['It grew [1]. ', 'It fell [7]. ', 'So.']);
    expect([code, text]).toEqual([1, 'It grew [1].']);
  });

  it('--json-schema stops at the first character that cannot be', async () => {
    using project = scratchProject();
    const file = join(project.folder, 'city.json');
    writeFileSync(file, JSON.stringify({ type: 'object', properties: { city: { type: 'string' } } }));
    const args = ['--json-schema', file, '--chunking', 'delta'];
    const good = await ran(args, ['{ "city":', ' "Oslo" }']);
    expect([good.code, good.text]).toEqual([0, '{ "city": "Oslo" }']);
    const bad = await ran(args, ['{ "city":', ' 4', '2 }']);
    expect([bad.code, bad.text]).toEqual([1, '{ "city":']);
  });

  it('--balanced-fences sees line ends, and tells at the end of a block that is open', async () => {
    const said = 'Look. Here it is:\n```\nlet a = 1;\n';
    expect((await ran(['--balanced-fences'], [said])).code).toBe(1);
    expect((await ran(['--balanced-fences'], [`${said}\`\`\`\n`])).code).toBe(0);
  });

  it('--judge asks the model about the text', async () => {
    const { code, summary } = await ran(['--judge', 'It is kind.'], ['You are bad. '], ['No, it is rude.']);
    expect(code).toBe(1);
    expect(summary).toContain('✗ No, it is rude.');
  });

  it('lets a text pass that has none of it', async () => {
    const options = ['--no-secrets', '--no-personal-data', '--no-repetition', '--max-words', '9'];
    const { code, text, summary } = await ran([...options, '--languages', 'en,de'], ['One came. Two came.']);
    expect([code, text]).toEqual([0, 'One came. Two came.']);
    expect(summary).toMatch(/verdict +passed\n/);
  });
});

describe('--chunking', () => {
  const names: ChunkingName[] = [
    ...(['sentence', 'word', 'paragraph', 'intl-sentence', 'intl-word'] as const),
    ...(['grapheme', 'markdown', 'code', 'json', 'delta'] as const),
  ];

  it.each(names)('%s shows all of a text that passes', async (name) => {
    expect(chunkingByName(name).name).toBe(name);
    const options = ['--chunking', name, '--max-sentences', '9', '--max-words', '9', '--forbid', 'robot'];
    const { code, text } = await ran(options, ['One ca', 'me.\r', '\nTwo  came. é😀 ', '{"a": 1}']);
    expect([code, text]).toEqual([0, 'One came.\r\nTwo  came. é😀 {"a": 1}']);
  });

  it('delta leaves a line end whole that the model sent in two pieces, and a lone return harmless', async () => {
    const io = new FakeIo('One\r', '\ncame.\r', 'Two', '\r');
    io.stdout.isTTY = true;
    io.env = { NO_COLOR: '1' };
    expect(await run(['stream', '--chunking', 'delta', 'Go.'], io)).toBe(0);
    expect(io.stdout.text).toMatch(/^One\r\ncame\.\ufffdTwo\ufffd\n\nverdict/);
  });

  it.each(names)('%s shows nothing of a forbidden word, a sentence too many or an address', async (name) => {
    const forbidden: [string[], RegExp][] = [
      [['--forbid', 'robot'], /ro|bot/],
      [['--max-sentences', '1'], /A|ro/],
      [['--no-personal-data'], /bob|mail/],
    ];
    for (const [options, pattern] of forbidden) {
      const said = ['One came.\n\nA ro', 'bot bo', 'b@mail.exam', 'ple came.\n\nEnd.'];
      const { code, io } = await ran(['--chunking', name, ...options], said);
      expect([name, options, code]).toEqual([name, options, 1]);
      expect(io.stdout.text.split('✗')[0]).not.toMatch(pattern);
    }
  });
});

describe('--retry', () => {
  const attempts = [['One came. A ro', 'bot came. And'], [' Two came.']];

  it('goes on behind what passed, and the terminal shows one text', async () => {
    const { code, text, summary, io } = await ran(['--retry', '2', '--forbid', 'robot'], ...attempts);
    expect([code, text]).toEqual([0, 'One came. Two came.']);
    expect(summary).toMatch(/verdict +passed\nchunks +2 passed, 1 cut\ntried again +Forbidden: "robot".\n/);
    expect(summary).toMatch(/tokens +\d+ in, \d+ out \(estimated\)\n/);
    expect(summary).toMatch(/held back +\d+ characters generated but not shown\n/);
    expect(io.backend.calls).toHaveLength(2);
    expect(io.listeners).toBe(0);
  });

  it('restart shows the last text only', async () => {
    const options = ['--retry', '1', '--retry-mode', 'restart', '--forbid', 'robot'];
    const { code, text } = await ran(options, ['One came. A robot came. '], ['Uno. Dos.']);
    expect([code, text]).toEqual([0, 'Uno. Dos.']);
  });

  it('ends with 1 when the last attempt fails too, and says why each did', async () => {
    const { code, text, summary } = await ran(
      ['--retry', '1', '--forbid', 'robot', '--max-words', '5'],
      ['One came. A robot came. '],
      [' Two more came with us. And'],
    );
    expect([code, text]).toEqual([1, 'One came.']);
    expect(summary).toContain('✗ It has more than 5 words.\n');
    expect(summary).toMatch(/chunks +1 passed, 2 cut\ntried again +Forbidden: "robot".\n/);
  });

  it('keeps what passed when a later attempt breaks', async () => {
    const io = new FakeIo();
    io.backend = new ScriptedBackend([{ deltas: ['One came. A robot came. '] }, { error: new Error('no') }]);
    expect(await run(['stream', '--retry', '1', '--forbid', 'robot', '--', 'Go.'], io)).toBe(3);
    expect(io.stdout.text).toMatch(/^One came\.\n\nverdict +ended by an error\n/);
  });

  it('is told by events under --json', async () => {
    const restart = ['--json', '--retry', '1', '--retry-mode', 'restart', '--forbid', 'robot'];
    const { code, io } = await ran(restart, ...attempts);
    expect(code).toBe(0);
    const told = io.events.filter(({ type }) => type === 'retract' || type === 'retry');
    expect(told).toMatchObject([
      { type: 'retract', channel: 'text', chunkIndex: 0, attempt: 1 },
      { type: 'retry', attempt: 2, reason: 'Forbidden: "robot".' },
    ]);
  });
});

describe('--release', () => {
  it.each(['strict', 'window:4', 'optimistic'])('%s shows people only what passed', async (mode) => {
    const { code, text, io } = await ran(
      ['--release', mode, '--forbid', 'robot'],
      ['One came. A robot came. Two.'],
    );
    expect([code, text]).toEqual([1, 'One came.']);
    expect(io.stdout.text.split('✗')[0]).not.toContain('robot');
  });

  it('optimistic tells programs at once, and takes back', async () => {
    const options = ['--json', '--release', 'optimistic', '--forbid', 'robot'];
    const { io } = await ran(options, ['One came. A robot came. Two.']);
    const chunks = io.events.filter(({ type }) => type === 'chunk').map(({ text }) => text);
    expect(chunks).toContain('A robot came.');
    expect(io.events).toContainEqual(expect.objectContaining({ type: 'retract', chunkIndex: 1 }));
  });
});
