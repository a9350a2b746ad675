import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openaiServer,
  Turnstile,
  type WireRequest,
  type WireServer,
} from '@melliflow/backend-conformance/servers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../batch-workers/item.js';
import { Journal } from '../batch-workers/journal.js';
import { WorkList } from '../batch-workers/work-list.js';
import { BatchProgram, compileExamples, type Ending } from './batch-program.js';

const all = Array.from({ length: 30 }, (_, i) => i + 1);
const keyOf = (number: number): string => `item-${String(number).padStart(2, '0')}`;
const numberOf = ({ body }: WireRequest): number => Number(/\d+/.exec(String(body.prompt))?.[0]);

let folder: string;
let file: string;
let server: WireServer;

beforeAll(compileExamples);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batch-workers-'));
  file = join(folder, 'results.jsonl');
  server = await openaiServer();
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const start = (env = {}): BatchProgram =>
  new BatchProgram(file, { OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: 'sk-test', ...env });

async function runToEnd(env = {}): Promise<Ending> {
  await using program = start(env);
  return await program.ended;
}

async function recorded(): Promise<Result[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Result).sort((a, b) => (a.key < b.key ? -1 : 1));
}

const callsOf = (number: number): WireRequest[] =>
  server.requests.filter((request) => numberOf(request) === number);

/** Resolves when each of these items was asked at least once. */
async function asked(...numbers: readonly number[]): Promise<void> {
  for (let count = 1; numbers.some((number) => callsOf(number).length === 0); count++)
    await server.received(count);
}

const answered = (number: number): Result => ({
  key: keyOf(number),
  text: `number ${number}`,
  finishReason: 'stop',
});

describe('batch-workers', () => {
  it('records each item once, though a worker and then the coordinator are killed', async () => {
    const never = new Turnstile();
    const held = [7, 16, 19];
    server.reply((request) => {
      const number = numberOf(request);
      const isHeld = held.includes(number) && callsOf(number).length === 0;
      return { deltas: [`number ${number}`], ...(isHeld && { fault: { kind: 'stall', until: never } }) };
    });
    {
      await using program = start();
      // A worker has asked the third lot and waits for an answer that does not come: it is killed.
      await asked(7, 8, 9);
      process.kill(Number(callsOf(7)[0]?.headers['x-worker']), 'SIGKILL');
      // Both workers wait again: five lots are finished, two are under way. The coordinator is killed.
      await asked(16, 17, 18, 19, 20, 21);
      expect(await recorded()).toEqual(all.slice(0, 15).map(answered));
      program.process.kill('SIGKILL');
      expect(await program.ended).toMatchObject({ signal: 'SIGKILL', complained: '' });
      // No worker goes on by itself.
      for (const number of [16, 19]) await server.closed(callsOf(number)[0] as WireRequest);
    }
    expect(await recorded()).toEqual(all.slice(0, 15).map(answered));

    const { code, printed } = await runToEnd();
    expect(code).toBe(0);
    expect(printed).toMatch(/^15 recorded before\n18 recorded\n.*\n30 recorded\n$/s);
    expect(await recorded()).toEqual(all.map(answered));
    const twice = all.filter((number) => callsOf(number).length === 2);
    expect(twice).toEqual([7, 8, 9, 16, 17, 18, 19, 20, 21]);
    expect(server.requests).toHaveLength(30 + twice.length);
  });

  it('needs no server for a first look', async () => {
    const { code, printed } = await runToEnd({ OPENAI_BASE_URL: '', PACE_MS: '1' });
    expect(code).toBe(0);
    expect(printed).toMatch(/^0 recorded before\n.*\n30 recorded\n$/s);
    expect(await recorded()).toHaveLength(30);
  });

  it('asks nothing when all is recorded', async () => {
    const journal = await Journal.open(file);
    await journal.record(all.map(answered));
    await journal.close();
    expect(await runToEnd()).toMatchObject({ code: 0, printed: '30 recorded before\n', complained: '' });
    expect(server.requests).toEqual([]);
  });

  it('records an item that can never be answered, beside the others of its lot', async () => {
    server.reply((request) => {
      const number = numberOf(request);
      const code = 'context_length_exceeded';
      return number === 5
        ? { fault: { kind: 'status', status: 400, code } }
        : { deltas: [`number ${number}`] };
    });
    expect(await runToEnd()).toMatchObject({ code: 0, complained: '' });
    const expected = all.map((number) =>
      number === 5 ? { key: keyOf(5), error: 'context_length' } : answered(number),
    );
    expect(await recorded()).toEqual(expected);
    expect(server.requests).toHaveLength(30);
  });

  it('ends with an error, and records nothing of it, when the provider refuses what is no fault of an item', async () => {
    let isRefused = true;
    server.reply((request) => {
      const number = numberOf(request);
      return number === 5 && isRefused
        ? { fault: { kind: 'status', status: 401 } }
        : { deltas: [`number ${number}`] };
    });
    const { code, complained } = await runToEnd();
    expect(code).toBe(1);
    expect(complained).toContain('item-05 was asked 3 times: authentication');
    expect((await recorded()).map(({ key }) => key)).not.toContain(keyOf(5));

    isRefused = false;
    expect(await runToEnd()).toMatchObject({ code: 0 });
    expect(await recorded()).toEqual(all.map(answered));
  });

  it('does not start workers again and again that cannot start', async () => {
    const { code, complained } = await runToEnd({ MODEL: '' });
    expect(code).toBe(1);
    expect(complained).toContain('3 workers in a row ended before they asked for work');
  });
});

describe('the journal', () => {
  it('forgets a line that a crash cut, and keeps what comes after it', async () => {
    const first = await Journal.open(file);
    await first.record([answered(1), answered(2)]);
    await first.close();
    await appendFile(file, '{"key":"item-03","text":"numb');

    const second = await Journal.open(file);
    expect([...second.finished]).toEqual([keyOf(1), keyOf(2)]);
    await second.record([answered(3)]);
    await second.close();

    const third = await Journal.open(file);
    expect([...third.finished]).toEqual([keyOf(1), keyOf(2), keyOf(3)]);
    await third.close();
  });

  it('keeps the first result of an item', async () => {
    const journal = await Journal.open(file);
    await journal.record([answered(1)]);
    await journal.record([{ key: keyOf(1), error: 'content_filter' }, answered(2)]);
    await journal.close();
    expect(await recorded()).toEqual([answered(1), answered(2)]);
  });
});

describe('the work list', () => {
  it('takes from its source only what is wanted, and what came back first', () => {
    let made = 0;
    function* source() {
      for (;;) yield { key: keyOf(++made), prompt: '' };
    }
    const list = new WorkList(source(), (key) => key === keyOf(2));
    const keys = (count: number): string[] => list.take(count).map(({ key }) => key);
    expect(keys(2)).toEqual([keyOf(1), keyOf(3)]);
    expect(made).toBe(3);
    list.giveBack([{ key: keyOf(3), prompt: '' }], 'its worker died');
    expect(keys(2)).toEqual([keyOf(3), keyOf(4)]);
    expect(made).toBe(4);
  });
});
