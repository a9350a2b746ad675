import {
  Backend,
  type ContextCall,
  type GenerationEvent,
  type OutputFormat,
  type RawItem,
  Requirement,
} from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DeepPartial, streamWithChunking } from '../src/index.js';
import { collect, drain, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();
const cut = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];

const Todo = z.object({ id: z.number(), title: z.string() });
type Todo = z.infer<typeof Todo>;

describe('partials()', () => {
  it('grows one typed object with the text', async () => {
    const backend = new ScriptedBackend([{ deltas: cut('{"id": 12, "title": "Buy \\"it\\""}', 5) }]);
    const stream = await streamWithChunking('go', backend, ctx, { format: Todo });
    const shown: string[] = [];
    for await (const partial of stream.partials()) {
      const typed: DeepPartial<Todo> = partial;
      shown.push(JSON.stringify(typed));
    }
    expect(shown).toEqual([
      '{}',
      '{"id":12}',
      '{"id":12,"title":"Buy "}',
      '{"id":12,"title":"Buy \\"it"}',
      '{"id":12,"title":"Buy \\"it\\""}',
    ]);
    expect(stream.asThunk.parsedRepr).toEqual({ id: 12, title: 'Buy "it"' });
  });

  it('shows only text that passed', async () => {
    const backend = new ScriptedBackend([
      { deltas: ['{"id": 1, "title": "a good', ' bad thing"}'], hangs: true },
    ]);
    const stream = await streamWithChunking('go', backend, ctx, {
      format: Todo,
      chunking: 'word',
      requirements: [new Forbids('bad')],
    });
    const all = await collect(stream.partials());
    expect(all.at(-1)).toEqual({ id: 1, title: 'a good' });
    expect(JSON.stringify(all)).not.toContain('bad');
  });

  it('a restart takes back what passed before its chunk was over', async () => {
    class Words extends Forbids {
      readonly chunking = 'word';
    }
    const backend = new ScriptedBackend([
      { deltas: ['["one", ', '"two", ', '"bad", "x"]'] },
      { deltas: ['["uno", ', '"dos", ', '"bad", "x"]'] },
    ]);
    const stream = await streamWithChunking('go', backend, ctx, {
      format: z.array(z.string()),
      requirements: [new Words('bad')],
      retry: { attempts: 2, mode: 'restart' },
    });
    const last: string[] = [];
    for await (const value of stream.partials()) last.push(JSON.stringify(value));
    expect(last).toEqual(['["uno"]', '["uno","dos"]']);
  });

  it('readers can leave while they wait, and the generation goes on', async () => {
    const backend = new ScriptedBackend([{ deltas: ['["one", "tw'], hangs: true }]);
    const stream = await streamWithChunking('go', backend, ctx, {
      format: z.array(z.string()),
      chunking: 'delta',
    });
    for (const source of [stream.items(), stream.partials()]) {
      const reader = source[Symbol.asyncIterator]();
      await reader.next();
      const waiting = reader.next();
      await reader.return?.();
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await reader.next()).toEqual({ done: true, value: undefined });
    }
    expect(stream.thunk.settled).toBe(false);
    await stream.cancel();
  });

  it('without a format there is nothing to read', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: ['x'] }]), ctx);
    expect(() => stream.partials()).toThrow(/give streamWithChunking one/);
    expect(() => stream.items()).toThrow(/items\(\) reads the value of a format/);
    await stream.acomplete();
  });

  it('what is no JSON ends with the error of the whole, after what was read', async () => {
    const stream = await streamWithChunking(
      'go',
      new ScriptedBackend([{ deltas: ['{"id": 1', '!}'] }]),
      ctx,
      {
        format: Todo,
      },
    );
    const shown: unknown[] = [];
    const error = await failureOf(
      (async () => {
        for await (const partial of stream.partials()) shown.push(structuredClone(partial));
      })(),
    );
    expect([shown, error.name]).toEqual([[{}, { id: 1 }], 'ComponentParseError']);
  });
});

describe('items()', () => {
  it('gives each item once, typed, when it is complete', async () => {
    const todos = [1, 2].map((id) => ({ id, title: `t${id}` }));
    const backend = new ScriptedBackend([
      { deltas: cut(JSON.stringify({ todos, more: [[1]] }), 4), hangs: true },
    ]);
    const format = z.object({ todos: z.array(Todo), more: z.array(z.array(z.number())) });
    const stream = await streamWithChunking('go', backend, ctx, { format });
    const ids: number[] = [];
    for await (const todo of stream.items('todos')) {
      ids.push(todo.id);
      if (ids.length === 2) await stream.cancel();
    }
    expect(ids).toEqual([1, 2]);
  });

  it('reads an item as the schema does, and leaves out what does not fit', async () => {
    const format = z.array(z.object({ at: z.iso.date().transform((day) => new Date(day)) }));
    const text = JSON.stringify([{ at: '2026-01-02' }, { at: 'never' }, { at: '2026-01-03' }]);
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: cut(text, 3) }]), ctx, {
      format,
    });
    const days: number[] = [];
    const error = await failureOf(
      (async () => {
        for await (const { at } of stream.items()) days.push(at.getUTCDate());
      })(),
    );
    expect([days, error.name]).toEqual([[2, 3], 'ComponentParseError']);
  });

  it('what the schema wants around an item does not count', async () => {
    const format = z.object({ name: z.string(), tags: z.array(z.string().max(3)).min(3) });
    const backend = new ScriptedBackend([{ deltas: cut('{"name":"n","tags":["a","long","b","c"]}', 3) }]);
    const stream = await streamWithChunking('go', backend, ctx, { format });
    const tags: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const tag of stream.items('tags')) tags.push(tag);
      })(),
    );
    expect([tags, error.name]).toEqual([['a', 'b', 'c'], 'ComponentParseError']);
  });

  it('names the arrays of the format where it is asked for something else', async () => {
    const format = z.object({ name: z.string(), tags: z.array(z.string()), notes: z.array(z.string()) });
    const start = (schema: typeof format) =>
      streamWithChunking('go', new ScriptedBackend([{ deltas: ['{}'] }]), ctx, { format: schema });
    const stream = await start(format);
    expect(() => stream.items()).toThrow(
      "items() reads the items of an array, and the format is of type object; give the name of an array of the format: 'tags', 'notes'.",
    );
    expect(() => stream.items('name')).toThrow(/its member 'name' is of type string; .*'tags', 'notes'\.$/);
    const flat = await start(z.object({ name: z.string() }) as unknown as typeof format);
    expect(() => flat.items()).toThrow('read partials() instead.');
    for (const one of [stream, flat]) await failureOf(one.acomplete());
  });

  it('does not judge a schema that says in other words what it has', async () => {
    const items = { $ref: '#/$defs/list' };
    const list = { type: 'array' };
    for (const schema of [
      { ...items, $defs: { list } },
      { type: ['array', 'null'] },
      { type: 'object', properties: { all: items }, $defs: { list } },
    ]) {
      const isObject = schema.type === 'object';
      const deltas = [isObject ? '{"all": [1, 2]}' : '[1, 2]'];
      const format = { schema } as OutputFormat<{ all: number[] }>;
      const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas }]), ctx, { format });
      expect(await collect(isObject ? stream.items('all') : stream.items())).toEqual([1, 2]);
    }
  });

  it('waits for the verdict, and with restart until none can come', async () => {
    let pass: () => void = () => undefined;
    class Slow extends Requirement {
      override async validate(): Promise<never> {
        await new Promise<void>((resolve) => {
          pass = resolve;
        });
        throw new Error('not judged here');
      }
    }
    const format = z.array(z.number());
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: ['[1, 2', ']'] }]), ctx, {
      format,
      requirements: [new Slow('x')],
      retry: { attempts: 2, mode: 'restart' },
    });
    const items = collect(stream.items());
    await drain();
    expect(stream._run.readers.cleared.items).toEqual([]);
    pass();
    expect((await failureOf(items)).message).toBe('not judged here');
    expect(stream._run.readers.cleared.items.join('')).toBe('[1, 2]');
  });

  it('1 MB in deltas of 3 characters: each item once, and no more pieces than deltas', async () => {
    const count = 10_000;
    const text = JSON.stringify(Array.from({ length: count }, (_, id) => ({ id, title: 'x'.repeat(80) })));
    const deltas = cut(text, 3);
    class Deltas extends Backend {
      readonly provider = 'deltas';
      readonly modelId = 'd';
      async *_generateFromContext(_: ContextCall): AsyncGenerator<GenerationEvent> {
        for (const delta of deltas) yield { type: 'text', text: delta };
        yield { type: 'finish', reason: 'stop' };
      }
      async _generateFromRaw(): Promise<RawItem[]> {
        return [];
      }
    }
    const stream = await streamWithChunking('go', new Deltas(), ctx, { format: z.array(Todo) });
    let next = 0;
    for await (const { id } of stream.items()) expect(id).toBe(next++);
    expect(next).toBe(count);
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(stream._run.readers.cleared.items.length).toBe(deltas.length);
  });
});
