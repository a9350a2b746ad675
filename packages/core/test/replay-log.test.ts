import { describe, expect, it } from 'vitest';
import { ReplayLog } from '../src/internal/replay-log.js';

const item = <T>(value: T) => ({ value, done: false });
const END = { value: undefined, done: true };

describe('a reader of a log that asks ahead', () => {
  it('is served in order, also when it asks between an item and who waits for it', async () => {
    const log = new ReplayLog<string>();
    const reader = log.read();
    const first = reader.next();
    log.push('a');
    const second = reader.next();
    log.push('b');
    log.end();
    const third = reader.next();
    expect(await Promise.all([first, second, third])).toEqual([item('a'), item('b'), END]);
  });

  it('hears once why the log failed', async () => {
    const log = new ReplayLog<string>();
    const reader = log.read();
    const asked = [reader.next(), reader.next()];
    log.end({ error: new Error('no') });
    expect(await Promise.allSettled(asked)).toMatchObject([
      { status: 'rejected', reason: { message: 'no' } },
      { status: 'fulfilled', value: END },
    ]);
  });

  it('waits for nothing once it has left, and others wait on', async () => {
    const log = new ReplayLog<string>();
    const [leaving, staying] = [log.read(), log.read()];
    const left = [leaving.next(), leaving.next()];
    const stayed = staying.next();
    await leaving.return?.();
    expect(await Promise.all(left)).toEqual([END, END]);
    expect(log._waiting).toHaveLength(1);
    log.push('a');
    expect(await stayed).toEqual(item('a'));
    expect(await leaving.next()).toEqual(END);
  });
});
