import { expect, test } from 'vitest';
import { streamText } from '../src/llamacpp-text-stream.js';

const never = new AbortController().signal;

/** A run whose steps the test takes by hand. */
function manual() {
  let push: (text: string) => void = () => undefined;
  let end: (result: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  let stop = never;
  const run = (pushText: (text: string) => void, stopSignal: AbortSignal): Promise<string> => {
    push = pushText;
    stop = stopSignal;
    return new Promise((resolve, reject) => {
      end = resolve;
      fail = reject;
      stopSignal.addEventListener('abort', () => reject(stopSignal.reason));
    });
  };
  return {
    run,
    push: (text: string) => push(text),
    end: (result: string) => end(result),
    fail: (error: Error) => fail(error),
    stopped: () => stop.aborted,
  };
}

test('pieces come as they are pushed, then the result', async () => {
  const source = manual();
  const stream = streamText(never, source.run);
  const first = stream.next();
  source.push('a');
  expect(await first).toEqual({ done: false, value: { type: 'text', text: 'a' } });
  const second = stream.next();
  source.push('b');
  source.end('done');
  expect((await second).value).toEqual({ type: 'text', text: 'b' });
  expect(await stream.next()).toEqual({ done: true, value: 'done' });
});

test('what came while nobody read arrives as one piece, also after the end', async () => {
  const source = manual();
  const stream = streamText(never, source.run);
  const first = stream.next();
  source.push('a');
  await first;
  for (const text of ['b', '', 'c', 'd']) source.push(text);
  source.end('done');
  expect((await stream.next()).value).toEqual({ type: 'text', text: 'bcd' });
  expect((await stream.next()).done).toBe(true);
});

test('an empty push is no piece', async () => {
  const source = manual();
  const stream = streamText(never, source.run);
  const first = stream.next();
  source.push('');
  source.end('done');
  expect(await first).toEqual({ done: true, value: 'done' });
});

test('a failure comes after the text that was there', async () => {
  const source = manual();
  const stream = streamText(never, source.run);
  const first = stream.next();
  source.push('a');
  source.fail(new Error('broken'));
  expect((await first).value).toEqual({ type: 'text', text: 'a' });
  await expect(stream.next()).rejects.toThrow('broken');
});

test('an abort stops the run and ends the stream without a result', async () => {
  const source = manual();
  const outer = new AbortController();
  const stream = streamText(outer.signal, source.run);
  const first = stream.next();
  outer.abort(new Error('enough'));
  expect(await first).toEqual({ done: true, value: undefined });
  expect(source.stopped()).toBe(true);
});

test('a signal that aborted before stops the run at once', async () => {
  const source = manual();
  const stream = streamText(AbortSignal.abort(), async (push, stop) => {
    if (stop.aborted) throw stop.reason;
    return source.run(push, stop);
  });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test('a reader that leaves stops the run, and leaves when it has ended', async () => {
  const source = manual();
  const stream = streamText(never, source.run);
  const first = stream.next();
  source.push('a');
  await first;
  expect(source.stopped()).toBe(false);
  await stream.return(undefined);
  expect(source.stopped()).toBe(true);
});
