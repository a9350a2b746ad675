import { describe, expect, it } from 'vitest';
import { chanceOf } from '../src/chance.js';
import { extra } from '../src/leftovers.js';
import type { Operation, Outcome } from '../src/operation.js';
import { shown } from '../src/report.js';
import { type SoakReport, soak } from '../src/soak.js';

/** A soak of one kind of operation, which is bad. */
async function soakOf(bad: (operation: Operation) => Promise<Outcome>): Promise<SoakReport> {
  return soak({ seed: 1, seconds: 0.2, kinds: { bad }, warmUp: 1, restMs: 500 });
}

describe('the soak finds', () => {
  it('a text that is another', async () => {
    const { broken } = await soakOf(async (one) => one.outcomeOf('another', one.ask({ text: 'this' }), true));
    expect(broken).toMatchObject({ rule: 'text', operation: expect.any(Number) });
  });

  it('an error that is not of ours, and one without cause', async () => {
    const foreign = await soakOf(async (one) => one.failed(new TypeError('x is not a function')));
    expect(foreign.broken?.rule).toBe('error class');
    const crash = await soakOf(() => Promise.reject(new Error('crash')));
    expect(crash.broken).toMatchObject({ rule: 'no crash', message: expect.stringContaining('crash') });
  });

  it('a timer that runs on', async () => {
    const timers: NodeJS.Timeout[] = [];
    const { broken } = await soakOf(async () => {
      timers.push(setTimeout(() => undefined, 1_000_000));
      return 'whole';
    });
    for (const timer of timers) clearTimeout(timer);
    expect(broken).toMatchObject({ rule: 'timers and handles', message: expect.stringContaining('Timeout') });
  });

  it('a listener that stays', async () => {
    const { broken } = await soakOf(async ({ signal, leaving }) => {
      if (leaving === null) signal.addEventListener('abort', () => undefined);
      return 'whole';
    });
    expect(broken?.rule).toBe('listeners');
  });

  it('a reply that nobody reads to its end', async () => {
    const { broken } = await soakOf(async ({ provider }) => {
      await fetch(`${provider.server.url}/nowhere`, { method: 'POST', body: '{}' });
      return 'whole';
    });
    expect(broken?.rule).toBe('sockets');
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
