import {
  Backend,
  CBlock,
  type ComponentLike,
  Context,
  type ContextCall,
  type GenerationEvent,
  type ModelOutputThunk,
  type Part,
  type RawCall,
  type RawItem,
  type TemplateRepresentation,
} from '../../src/index.js';

/** A context that shows everything: stdlib's are not core's to import. */
export class PlainContext extends Context {
  viewForGeneration(): Part[] | null {
    return this.asList();
  }
}

/** A component made of the given parts. */
export class Group implements ComponentLike<string> {
  readonly children: readonly Part[];
  readonly name: string;
  constructor(children: readonly Part[], name = 'Group') {
    this.children = children;
    this.name = name;
  }
  parts(): readonly Part[] {
    return this.children;
  }
  formatForLlm(): TemplateRepresentation | string {
    return this.children.map(String).join('');
  }
  parse(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}

type Source = (call: ContextCall) => AsyncIterable<GenerationEvent>;

/** A backend around one function, as an author would write it. */
export class FunctionBackend extends Backend {
  readonly provider = 'test';
  readonly modelId = 'test-1';
  readonly source: Source;
  readonly calls: ContextCall[] = [];
  raw: (call: RawCall) => Promise<readonly (RawItem | never)[]> = async (call) =>
    call.actions.map((action) => ({ text: `raw ${action}`, finishReason: 'stop' }));

  constructor(source: Source = () => events('ok')) {
    super();
    this.source = source;
  }
  _generateFromContext(call: ContextCall): AsyncIterable<GenerationEvent> {
    this.calls.push(call);
    return this.source(call);
  }
  _generateFromRaw(call: RawCall): Promise<readonly RawItem[]> {
    return this.raw(call);
  }
}

/** Texts, then the end marker. */
export async function* events(...texts: string[]): AsyncGenerator<GenerationEvent> {
  for (const text of texts) yield { type: 'text', text };
  yield { type: 'finish', reason: 'stop' };
}

/** A source that is pushed into from outside. */
export function pushSource() {
  const queue: (GenerationEvent | { type: 'throw'; error: unknown } | { type: 'end' })[] = [];
  let wake = (): void => undefined;
  const state = { returned: false, pulls: 0 };
  async function* source(signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    const stop = (): void => wake();
    signal.addEventListener('abort', stop);
    try {
      for (;;) {
        while (queue.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
        if (signal.aborted) return;
        const next = queue.shift();
        state.pulls += 1;
        if (next?.type === 'throw') throw next.error;
        if (next === undefined || next.type === 'end') return;
        yield next as GenerationEvent;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      state.returned = true;
    }
  }
  const push = (...news: typeof queue): void => {
    queue.push(...news);
    wake();
  };
  return { source, push, state, text: (text: string) => push({ type: 'text', text }) };
}

/** Lets everything that can run without I/O run. */
export async function drain(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
}

export const text = (value: string): CBlock => new CBlock(value);
