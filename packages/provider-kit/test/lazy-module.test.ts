import { describe, expect, it } from 'vitest';
import { LazyModule } from '../src/lazy-module.js';

async function* count(log: string[]): AsyncGenerator<number, void> {
  try {
    for (let n = 1; n <= 3; n++) yield n;
  } finally {
    log.push('left');
  }
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('A lazy module', () => {
  it('is loaded when a piece is asked for, once, and gives all pieces', async () => {
    let loads = 0;
    const lazy = new LazyModule(async () => ++loads);
    const streams = [lazy.before(() => count([])), lazy.before(() => count([]))];
    expect(loads).toBe(0);
    expect(() => lazy.now).toThrow('before it was loaded');
    expect(await Promise.all(streams.map(all))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect([loads, lazy.now]).toEqual([1, 1]);
  });

  it('stands in nobody’s way once it is there', async () => {
    const lazy = new LazyModule(async () => 1);
    await lazy.load();
    const made = count([]);
    expect(lazy.before(() => made)).toBe(made);
  });

  it('makes nothing for a reader that left while it was loading', async () => {
    let arrive = (): void => undefined;
    const lazy = new LazyModule(() => new Promise<void>((resolve) => (arrive = resolve)));
    let made = 0;
    const reader = lazy.before(() => count([String(++made)]))[Symbol.asyncIterator]();
    const first = reader.next();
    await reader.return?.();
    arrive();
    expect(await first).toEqual({ done: true, value: undefined });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(made).toBe(0);
  });

  it('tells what was made that its reader leaves', async () => {
    const log: string[] = [];
    for await (const n of new LazyModule(async () => 1).before(() => count(log))) if (n === 2) break;
    expect(log).toEqual(['left']);
  });

  it('is tried again after it failed', async () => {
    let loads = 0;
    const lazy = new LazyModule(async () => {
      if (++loads === 1) throw new Error('not found');
    });
    await expect(all(lazy.before(() => count([])))).rejects.toThrow('not found');
    expect(await all(lazy.before(() => count([])))).toEqual([1, 2, 3]);
  });
});
