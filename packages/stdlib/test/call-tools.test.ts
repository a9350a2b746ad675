import { getEventListeners } from 'node:events';
import {
  AbstractTool,
  GenerationCancelledError,
  type HookPayloads,
  type HookType,
  ImageBlock,
  type JsonTool,
  ModelOutputThunk,
  ModelToolCall,
  PluginViolationError,
} from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { TemplateFormatter } from '@melliflow/formatter';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ChatContext } from '../src/contexts/chat-context.js';
import { callTools } from '../src/tools/call-tools.js';
import { tool } from '../src/tools/tool.js';
import { ToolArgumentsError } from '../src/tools/tool-arguments-error.js';
import { ToolOutput } from '../src/tools/tool-output.js';
import { UnknownToolError } from '../src/tools/unknown-tool-error.js';
import { png } from './png.js';

const add = tool({
  name: 'add',
  parameters: z.object({ a: z.number(), b: z.number().default(1) }),
  execute: ({ a, b }) => a + b,
});
const broken = tool({
  name: 'broken',
  parameters: {},
  execute: (): never => {
    throw new Error('the disk is full');
  },
});

let ids = 0;
const callOf = (
  func: AbstractTool<never> | null,
  args: Record<string, unknown> = {},
  name = func?.name ?? 'x',
): ModelToolCall => new ModelToolCall({ id: `c${ids++}`, name, func, args });
const answer = (...toolCalls: ModelToolCall[]): ModelOutputThunk => new ModelOutputThunk('', { toolCalls });

afterEach(() => setHookDispatcher(null));

describe('the calls of an answer', () => {
  test('each has a signal of its own: Node warns of one that more than ten listen to', async () => {
    const counts: number[] = [];
    const counting = tool({
      name: 'counting',
      parameters: {},
      execute: async (_, { signal }) => counts.push(getEventListeners(signal, 'abort').length),
    });
    await callTools(answer(...Array.from({ length: 12 }, () => callOf(counting))));
    expect(Math.max(...counts)).toBeLessThanOrEqual(1);
    expect(counts).toHaveLength(12);
  });

  test('two calls of one tool stay apart, in the order of the calls', async () => {
    const first = callOf(add, { a: 1 });
    const second = callOf(add, { a: '2', b: 2 });
    const results = await callTools(answer(first, second));
    expect(results.map(({ toolCallId, output }) => [toolCallId, output])).toEqual([
      [first.id, 2],
      [second.id, 4],
    ]);
  });

  test('run at the same time', async () => {
    let running = 0;
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const meet = tool({
      name: 'meet',
      parameters: {},
      execute: async () => {
        running += 1;
        if (running === 3) open();
        await gate;
        return running;
      },
    });
    const results = await callTools([callOf(meet), callOf(meet), callOf(meet)]);
    expect(results.map(({ output }) => output)).toEqual([3, 3, 3]);
  });

  test('of a model reach the tools, and their results the next request', async () => {
    const calls = [
      { id: 'a', name: 'add', args: { a: 1 } },
      { id: 'b', name: 'add', args: { a: 5 } },
    ];
    const backend = new ScriptedBackend([{ toolCalls: calls }, { deltas: ['2 and 6'] }]);
    const [thunk, ctx] = await backend.generateFromContext('Add.', new ChatContext(), {
      modelOptions: { tools: [add] },
      toolCalls: true,
    });
    await thunk.avalue();
    const after = (await callTools(thunk)).reduce((all, result) => all.add(result), ctx);
    expect(new TemplateFormatter().toChatMessages(after.asList()).slice(1)).toEqual([
      { role: 'assistant', content: '', toolCalls: calls },
      { role: 'tool', content: '2', toolCallId: 'a', name: 'add' },
      { role: 'tool', content: '6', toolCallId: 'b', name: 'add' },
    ]);
  });

  test('an answer without calls has no results; one that is not there yet is an error', async () => {
    expect(await callTools(new ModelOutputThunk('text'))).toEqual([]);
    await expect(callTools(new ModelOutputThunk(null))).rejects.toThrow(
      'not computed, await its avalue() first',
    );
    await expect(callTools('x' as never)).rejects.toThrow('callTools takes an answer or a list of its calls');
    await expect(callTools([], { tools: [7 as never] })).rejects.toThrow(
      'tools.0 must be a tool, made by tool()',
    );
    await expect(callTools([], { tools: [add, add] })).rejects.toThrow('Two tools are called "add"');
  });
});

describe('errors', () => {
  test('become results that the model can act on, and leave the other calls alone', async () => {
    const calls = [
      callOf(broken),
      callOf(add, { b: 'x' }),
      callOf(null, {}, 'divide'),
      callOf(add, { a: 1 }),
    ];
    const results = await callTools(calls, { tools: [add, broken] });
    expect(results.map(({ content }) => content)).toEqual([
      'The tool failed: the disk is full',
      'The arguments of "add" do not fit:\n- a: wanted a number, got nothing\n- b: wanted a number, got "x"\n' +
        'Call it again with arguments that fit.',
      'There is no tool "divide". The tools are: add, broken.',
      '2',
    ]);
    expect(results[0]?.error?.message).toBe('the disk is full');
    expect(results[1]?.error).toBeInstanceOf(ToolArgumentsError);
    expect(UnknownToolError.is(results[2]?.error)).toBe(true);
    expect(results.map(({ output }) => output)).toEqual([null, null, null, 2]);
  });

  test('are told in other words when asked to', async () => {
    const errorText = (error: Error, call: ModelToolCall): string => `${call.name}: ${error.name}`;
    const [result] = await callTools([callOf(broken)], { errorText });
    expect(result?.content).toBe('broken: Error');
  });

  test('are thrown when asked to: the first one, after the others were aborted', async () => {
    let aborted = false;
    const waits = tool({
      name: 'waits',
      parameters: {},
      execute: (_, { signal }) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    });
    const work = callTools([callOf(waits), callOf(broken)], { onError: 'throw' });
    await expect(work).rejects.toThrow('the disk is full');
    expect(aborted).toBe(true);
  });

  test('what is thrown without being an error is one', async () => {
    const odd = tool({ name: 'odd', parameters: {}, execute: () => Promise.reject('nope') });
    const [result] = await callTools([callOf(odd)]);
    expect(result?.error).toBeInstanceOf(Error);
    expect(result?.content).toBe('The tool failed: nope');
  });
});

describe('the signal', () => {
  test('ends the wait at once, also for a tool that does not look at it', async () => {
    const controller = new AbortController();
    const deaf = tool({
      name: 'deaf',
      parameters: {},
      execute: () => {
        controller.abort(new Error('enough'));
        return new Promise<never>(() => undefined);
      },
    });
    const error: unknown = await callTools([callOf(deaf)], { signal: controller.signal }).catch(
      (e: unknown) => e,
    );
    expect(GenerationCancelledError.is(error)).toBe(true);
    expect((error as Error).cause).toEqual(new Error('enough'));
  });

  test('is let go of at the end, whatever the end is', async () => {
    const { signal } = new AbortController();
    await callTools([callOf(add, { a: 1 }), callOf(broken)], { signal });
    await callTools([callOf(broken)], { signal, onError: 'throw' }).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('aborted before, no tool runs', async () => {
    let ran = false;
    const spy = tool({ name: 'spy', parameters: {}, execute: () => (ran = true) });
    await expect(callTools([callOf(spy)], { signal: AbortSignal.abort() })).rejects.toThrow(
      GenerationCancelledError,
    );
    expect(ran).toBe(false);
  });
});

describe('outputs', () => {
  test('may be words for the model and a value for the program, and images', async () => {
    const image = new ImageBlock(png);
    const chart = tool({
      name: 'chart',
      parameters: {},
      execute: () => new ToolOutput({ content: 'A chart of 2 rows.', value: [1, 2], images: [image] }),
    });
    const draw = tool({ name: 'draw', parameters: {}, execute: () => image });
    const [charted, drawn] = await callTools([callOf(chart), callOf(draw)]);
    expect(charted).toMatchObject({ content: 'A chart of 2 rows.', output: [1, 2], outputImages: [image] });
    expect(drawn).toMatchObject({ content: 'an image', outputImages: [image] });
  });

  test('tools of others work too, and their arguments are checked by what they describe', async () => {
    class Foreign extends AbstractTool<{ n: number }, number> {
      readonly name = 'foreign';
      readonly asJsonTool: JsonTool = {
        type: 'function',
        function: {
          name: 'foreign',
          parameters: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
        },
      };
      run({ n }: { n: number }): number {
        return n * 2;
      }
    }
    const [good, bad] = await callTools([callOf(new Foreign(), { n: '4' }), callOf(new Foreign(), {})]);
    expect(good?.output).toBe(8);
    expect(bad?.content).toContain('- n: wanted an integer, got nothing');
  });
});

describe('hooks', () => {
  type Seen = [HookType, Record<string, unknown>];

  /** Plugins that see every hook and change what `change` says. */
  function listen(
    change: Partial<{ [T in HookType]: (payload: HookPayloads[T]) => HookPayloads[T] }>,
  ): Seen[] {
    const seen: Seen[] = [];
    setHookDispatcher({
      capture: () => ({
        has: () => true,
        dispatch: async (type, payload) => {
          seen.push([type, payload as never]);
          return change[type]?.(payload as never) ?? (payload as never);
        },
      }),
    });
    return seen;
  }

  test('one pre and one post for each call, with what happened', async () => {
    const seen = listen({});
    const calls = [callOf(add, { a: 1 }), callOf(broken)];
    await callTools(calls);
    expect(seen.map(([type]) => type).sort()).toEqual([
      'tool_post_invoke',
      'tool_post_invoke',
      'tool_pre_invoke',
      'tool_pre_invoke',
    ]);
    const posts = seen.filter(([type]) => type === 'tool_post_invoke').map(([, payload]) => payload);
    expect(posts).toEqual(
      expect.arrayContaining([
        {
          modelToolCall: calls[0],
          toolOutput: 2,
          success: true,
          error: null,
          executionTimeMs: expect.any(Number),
        },
        expect.objectContaining({
          modelToolCall: calls[1],
          toolOutput: null,
          success: false,
          error: new Error('the disk is full'),
        }),
      ]),
    );
  });

  test('plugins may change the call and its output', async () => {
    listen({
      tool_pre_invoke: ({ modelToolCall }) => ({
        modelToolCall: new ModelToolCall({ ...modelToolCall, args: { a: 40 } }),
      }),
      tool_post_invoke: (payload) => ({ ...payload, toolOutput: `<${payload.toolOutput}>` }),
    });
    const [result] = await callTools([callOf(add, { a: 1 })]);
    expect(result?.content).toBe('<41>');
  });

  test('a plugin that blocks ends the calls', async () => {
    const violation = new PluginViolationError('blocked', {
      reason: 'no',
      hookType: 'tool_pre_invoke',
      pluginName: 'p',
    });
    listen({
      tool_pre_invoke: () => {
        throw violation;
      },
    });
    let ran = false;
    const spy = tool({ name: 'spy', parameters: {}, execute: () => (ran = true) });
    await expect(callTools([callOf(spy)])).rejects.toBe(violation);
    expect(ran).toBe(false);
  });
});
