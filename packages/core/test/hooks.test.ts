import { afterEach, describe, expect, it } from 'vitest';
import { captureHooks, defaultCapabilities, setHookDispatcher } from '../src/implement/index.js';
import { type Backend, type HookPayloads, type HookType, ModelOutputThunk } from '../src/index.js';
import { events, FunctionBackend, PlainContext } from './support/doubles.js';

afterEach(() => setHookDispatcher(null));
const ctx = new PlainContext();

/** Makes this the only plugin. */
function listen(
  act: (type: HookType, payload: HookPayloads[HookType]) => object | undefined,
  captured: (Backend | undefined)[] = [],
): void {
  setHookDispatcher({
    capture: (backend) => {
      captured.push(backend);
      return { has: () => true, dispatch: async (type, payload) => ({ ...payload, ...act(type, payload) }) };
    },
  });
}

describe('what a plugin manager is asked', () => {
  it('with nothing there, it is null', () => {
    expect(captureHooks(new FunctionBackend())).toBeNull();
  });

  it('once for each operation, with the backend, before the first await', async () => {
    const captured: (Backend | undefined)[] = [];
    listen(() => undefined, captured);
    const backend = new FunctionBackend();
    const generating = backend.generateFromContext('x', ctx);
    expect(captured).toEqual([backend]);
    await (await generating)[0].avalue();
    const batch = backend.generateFromRaw(['x'], ctx);
    expect(captured).toEqual([backend, backend]);
    await batch;
    expect(captured).toHaveLength(2);
  });
});

describe('what plugins do with outputs', () => {
  it('does not reach the caller', async () => {
    listen((_, payload) => {
      const outputs = 'modelOutputs' in payload ? payload.modelOutputs : [];
      const seen = 'modelOutput' in payload ? [payload.modelOutput] : outputs;
      for (const output of seen) {
        expect(output).toBeInstanceOf(ModelOutputThunk);
        output.parsedRepr = 'other';
        output.value = 'other';
        Object.assign(output.generation.usage ?? {}, { totalTokens: 0 });
      }
      return undefined;
    });
    const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
    const backend = new FunctionBackend(async function* () {
      yield { type: 'usage', usage: { ...usage } };
      yield* events('ok');
    });
    const [thunk] = await backend.generateFromContext('x', ctx);
    const text = await thunk.avalue();
    expect(thunk.generation.usage).toEqual(usage);
    expect([text === 'other', thunk.parsedRepr]).toEqual([false, text]);
    const [raw] = await backend.generateFromRaw(['x'], ctx);
    expect([raw?.value === 'other', raw?.parsedRepr]).toEqual([false, raw?.value]);
  });
});

describe('a raw batch whose options a plugin changes', () => {
  it('says that it offers no tools', async () => {
    class WithTools extends FunctionBackend {
      override readonly capabilities = { ...defaultCapabilities, tools: true };
    }
    listen((type) => (type === 'generation_batch_pre_call' ? { toolCalls: true } : undefined));
    const [thunk] = await new WithTools().generateFromRaw(['x'], ctx);
    expect(thunk?.generation.warnings).toEqual([
      { kind: 'unsupported', option: 'toolCalls', message: 'Raw generation does not honour toolCalls.' },
    ]);
  });

  it('still says what raw generation does not honour', async () => {
    listen((type) =>
      type === 'generation_batch_pre_call' ? { modelOptions: { stream: true, temperature: 0 } } : undefined,
    );
    const [thunk] = await new FunctionBackend().generateFromRaw(['x'], ctx);
    expect(thunk?.generation.warnings.map(({ option }) => option)).toEqual(['stream']);
    expect(thunk?.generateLog?.modelOptions).toEqual({ stream: true, temperature: 0 });
  });
});
