import { Backend, type ContextCall, type GenerationEvent, HookType, type RawItem } from '@melliflow/core';
import { captureHooks, setHookDispatcher } from '@melliflow/core/implement';
import { hook, pluginScopeFor, register, unregister } from '../../src/index.js';
import { PlainContext } from '../support/plain-context.js';

class Plain extends Backend {
  readonly provider = 'plain';
  readonly modelId = 'plain';
  async *_generateFromContext(_: ContextCall): AsyncGenerator<GenerationEvent> {
    yield { type: 'text', text: 'ok' };
    yield { type: 'finish', reason: 'stop' };
  }
  async _generateFromRaw(): Promise<RawItem[]> {
    return [];
  }
}

const backend = new Plain();
const ctx = new PlainContext();
const collect = (globalThis as { gc?: () => void }).gc as () => void;

async function generations(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const [thunk] = await backend.generateFromContext('Go.', ctx);
    await thunk.avalue();
  }
}

/** Bytes that one call takes, in a heap that is large enough for all of them without a collection. */
async function bytesPerCall(times: number, run: (times: number) => void | Promise<void>): Promise<number> {
  await run(times);
  collect();
  const before = process.memoryUsage().heapUsed;
  await run(times);
  return (process.memoryUsage().heapUsed - before) / times;
}

let kept: unknown = null;
const checks = (times: number): void => {
  for (let i = 0; i < times; i++) kept = captureHooks(backend);
};
const objects = (times: number): void => {
  for (let i = 0; i < times; i++) kept = { i };
};
const session = pluginScopeFor([], { sessionId: 's' });
const quiet = (): void => undefined;
const verbs = (times: number): void => {
  for (let i = 0; i < times; i++) session.enter(quiet);
};

const object = await bytesPerCall(500_000, objects);
const check = { before: await bytesPerCall(500_000, checks), after: 0 };

const untouched = await bytesPerCall(4000, generations);

const listener = hook(HookType.GENERATION_PRE_CALL, () => undefined);
register(listener);
const registered = await bytesPerCall(4000, generations);
unregister(listener);
check.after = await bytesPerCall(500_000, checks);
const verb = await bytesPerCall(500_000, verbs);

/** Core with a plugin manager that nobody uses, and without any, in turns. */
const idle: number[] = [];
const none: number[] = [];
for (let turn = 0; turn < 4; turn++) {
  register(listener);
  unregister(listener);
  idle.push(await bytesPerCall(4000, generations));
  setHookDispatcher(null);
  none.push(await bytesPerCall(4000, generations));
}
const least = (bytes: number[]): number => Math.min(...bytes);
console.log(
  JSON.stringify({
    object,
    check,
    verb,
    untouched,
    registered,
    idle: least(idle),
    none: least(none),
    kept: kept === null,
  }),
);
