import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Turnstile } from '@melliflow/backend-conformance/servers';
import { IncompleteStreamError, type ModelOutputThunk } from '@melliflow/core';
import { thunkFromEvents } from '@melliflow/core/implement';
import { SimpleContext } from '@melliflow/stdlib';
import { describe, expect, it } from 'vitest';
import { chanceOf } from '../src/chance.js';
import { outcomeOf } from '../src/kinds/stream.js';
import { extra } from '../src/leftovers.js';
import { type Operation, type Outcome, turns } from '../src/operation.js';
import { shown } from '../src/report.js';
import { grown, type SoakReport, soak } from '../src/soak.js';

type Kind = (operation: Operation) => Promise<Outcome>;

/** A soak of one kind of operation, which is bad. */
async function soakOf(bad: Kind, { restMs = 500, rests = 2 } = {}): Promise<SoakReport> {
  return soak({ seed: 1, seconds: 0.2, kinds: { bad }, warmUp: 1, restMs, rests });
}

const idle: Kind = async () => 'whole';

function thunkOf(deltas: readonly string[]): ModelOutputThunk {
  return thunkFromEvents(async function* () {
    for (const text of deltas) yield { type: 'text', text };
    yield { type: 'finish', reason: 'stop' };
  });
}

/** A thunk whose readers do not get one of its deltas. */
function withoutDelta(thunk: ModelOutputThunk, lost: number): ModelOutputThunk {
  async function* some(): AsyncGenerator<string> {
    let number = 0;
    for await (const delta of thunk) if (number++ !== lost) yield delta;
  }
  return Object.create(thunk, {
    [Symbol.asyncIterator]: { value: some },
    toReadableStream: { value: some },
  }) as ModelOutputThunk;
}

/** One operation, with time for the sockets that a client keeps for a while. */
async function oneOf(kind: Kind): Promise<SoakReport> {
  return soak({ seed: 1, seconds: 0, kinds: { kind }, only: 1, restMs: 15_000 });
}

describe('the soak finds nothing', () => {
  it('where nothing is done', async () => {
    expect(await soakOf(idle)).toMatchObject({ broken: null, sockets: 0 });
  });

  it('where a reply is read to its end', async () => {
    const { broken, requests } = await oneOf(async ({ provider }) => {
      await (await fetch(`${provider.server.url}/nowhere`, { method: 'POST', body: '{}' })).text();
      return 'whole';
    });
    expect(broken).toBeNull();
    expect(requests).toBe(1);
  }, 30_000);
});

describe('the soak finds', () => {
  it('a text that is another', async () => {
    const { broken } = await soakOf(async (one) => one.outcomeOf('another', one.ask({ text: 'this' }), true));
    expect(broken).toMatchObject({ rule: 'text', operation: expect.any(Number) });
  });

  it.each([0, 1, 4])('a delta that a reader never sees: number %i of five', async (lost) => {
    const { broken } = await soakOf(async (one) => {
      const thunk = thunkOf(['a ', 'b ', 'c ', 'd ', 'e']);
      const question = { prompt: '', text: 'a b c d e', harm: 'mild' } as const;
      return outcomeOf(one, question, withoutDelta(thunk, lost));
    });
    expect(broken?.rule).toBe('readers');
  });

  it('an error that is not of ours, and one without cause', async () => {
    const foreign = await soakOf(async (one) => one.failed(new TypeError('x is not a function')));
    expect(foreign.broken?.rule).toBe('error class');
    const crash = await soakOf(() => Promise.reject(new Error('crash')));
    expect(crash.broken).toMatchObject({ rule: 'no crash', message: expect.stringContaining('crash') });
    const ours = await soakOf(async (one) => {
      const harmless = one.leaving === null;
      return harmless ? one.failed(new IncompleteStreamError('cut', { provider: 'p', model: 'm' })) : 'left';
    });
    expect(ours.broken?.rule).toBe('no error without cause');
  });

  it('a promise that fails unseen', async () => {
    const { broken } = await soakOf(async () => {
      void Promise.reject(new Error('nobody looked'));
      return 'whole';
    });
    expect(broken).toMatchObject({ rule: 'complaints', message: expect.stringContaining('nobody looked') });
  });

  it('a warning of Node', async () => {
    const { broken } = await soakOf(async () => {
      process.emitWarning('too many listeners');
      return 'whole';
    });
    expect(broken).toMatchObject({ rule: 'complaints', message: expect.stringContaining('too many') });
  });

  it.each([
    ['keeps the process alive', (timer: NodeJS.Timeout) => timer],
    ['does not', (timer: NodeJS.Timeout) => timer.unref()],
  ])('a timer that runs on and %s', async (_, set) => {
    const timers: NodeJS.Timeout[] = [];
    const { broken } = await soakOf(async () => {
      timers.push(set(setTimeout(() => undefined, 1_000_000)));
      return 'whole';
    });
    for (const timer of timers) clearTimeout(timer);
    expect(broken?.rule).toBe('timers and handles');
  });

  it('a listener that stays, on a signal and on the process', async () => {
    const onSignal = await soakOf(async ({ signal, leaving }) => {
      if (leaving === null) signal.addEventListener('abort', () => undefined);
      return 'whole';
    });
    expect(onSignal.broken?.rule).toBe('listeners');
    const stays = (): void => undefined;
    const onProcess = await soakOf(async () => {
      if (process.listenerCount('planted') === 0) process.on('planted', stays);
      return 'whole';
    });
    process.off('planted', stays);
    expect(onProcess.broken?.rule).toBe('listeners of the process');
  });

  it('a socket that stays open', async () => {
    const sockets: Socket[] = [];
    const { broken } = await soakOf(async ({ provider }) => {
      if (sockets.length > 0) return 'whole';
      const socket = connect(Number(new URL(provider.server.url).port), '127.0.0.1');
      sockets.push(socket);
      await once(socket, 'connect');
      return 'whole';
    });
    for (const socket of sockets) socket.destroy();
    expect(broken?.rule).toBe('sockets');
  });

  it('a reply that nobody reads to its end', async () => {
    const bodies: unknown[] = [];
    const { broken } = await soakOf(async ({ provider }) => {
      if (bodies.length > 0) return 'whole';
      provider.server.reply({ deltas: ['never'], fault: { kind: 'stall', until: new Turnstile() } });
      const [thunk] = await provider.patient.generateFromContext('Go.', new SimpleContext(), {
        modelOptions: { stream: true },
      });
      bodies.push(thunk);
      await provider.server.received(1);
      return 'whole';
    });
    expect(broken?.rule).toBe('replies');
  });

  it('a heap that grows by a tenth, of buffers too', () => {
    const heapOf = (...growth: number[]): number[] => growth.map((factor) => 30_000_000 * factor);
    expect(grown(heapOf(1, 1.02, 1.04, 1.06, 1.08, 1.1))?.rule).toBe('heap');
    expect(grown(heapOf(1, 1, 1, 1, 1.1, 1.1))?.rule).toBe('heap');
    expect(grown(heapOf(1, 1.1, 1.1, 1.1, 1.04, 1.1))).toBeNull();
  });

  it('memory that operations keep', async () => {
    const kept: Buffer[] = [];
    const keeping: Kind = async () => {
      kept.push(Buffer.allocUnsafeSlow(1_000_000));
      await turns(2000);
      return 'whole';
    };
    const { broken } = await soakOf(keeping, { restMs: 5000, rests: 3 });
    kept.length = 0;
    expect(broken?.rule).toBe('heap');
  });
});

it('an operation follows from the seed and its number', () => {
  const drawn = (seed: number, number: number): number[] => {
    const chance = chanceOf(seed, number);
    return Array.from({ length: 5 }, () => chance.below(1000));
  };
  expect(drawn(7, 3)).toEqual(drawn(7, 3));
  expect(drawn(7, 3)).not.toEqual(drawn(7, 4));
  expect(drawn(7, 3)).not.toEqual(drawn(8, 3));
});

it('what is left is told one by one', () => {
  expect(extra(['a', 'a', 'b'], ['a'])).toEqual(['a', 'b']);
});

it('the report has a row for each kind, and how to do it again', () => {
  const report: SoakReport = {
    seed: 7,
    outcomes: new Map([
      [
        'stream',
        new Map([
          ['server', 1],
          ['whole', 2],
        ]),
      ],
    ]),
    operations: 3,
    requests: 4,
    heap: [1_048_576],
    sockets: 0,
    broken: { rule: 'text', message: 'wrong', operation: 2 },
  };
  expect(shown(report)).toContain('| kind   | operations | whole | server |');
  expect(shown(report)).toContain('again: npm run soak -- --seed 7 --only 2');
});
