import { CBlock, type Context, ModelOutputThunk, type Part } from '@melliflow/core';
import { describe, expect, test } from 'vitest';
import { Instruction } from '../src/components/instruction.js';
import { Message } from '../src/components/message.js';
import { ChatContext } from '../src/contexts/chat-context.js';
import { SimpleContext } from '../src/contexts/simple-context.js';
import { readGolden } from './golden.js';

interface Snapshot {
  readonly as_list: readonly string[];
  readonly as_list_n: Readonly<Record<string, readonly string[]>>;
  readonly view_for_generation: readonly string[];
  readonly actions_for_available_tools: readonly string[];
  readonly last_output: string | null;
  readonly last_output_n: Readonly<Record<string, string | null>>;
  readonly last_turn: { readonly model_input: string | null; readonly output: string | null } | null;
  readonly is_root: boolean;
  readonly is_chat: boolean;
  readonly type: string;
  readonly window_size: number | null;
}

interface Add {
  readonly name?: string;
  readonly cblock?: string;
  readonly mot?: string | null;
  readonly msg?: readonly [Message['role'], string];
  readonly instr?: string;
  readonly ref?: string;
  readonly raw?: unknown;
  readonly branch?: number;
  readonly reset?: number;
}

type Step =
  | Snapshot
  | { readonly branch: Snapshot }
  | { readonly reset: Snapshot }
  | { readonly raised: object };

interface Case {
  readonly id: string;
  readonly context: 'SimpleContext' | 'ChatContext';
  readonly window_size?: number | null;
  readonly adds: readonly Add[];
  readonly expect: {
    readonly root: Snapshot;
    readonly steps: readonly Step[];
    readonly root_after: Snapshot;
  };
}

const { cases } = readGolden<{ cases: Case[] }>('contexts');

/** Reads the same facts from a context as the tracer did. */
class Recorder {
  readonly names = new Map<Part, string>();
  readonly parts = new Map<string, Part>();

  part(add: Add): Part {
    if (add.ref !== undefined) return this.parts.get(add.ref) as Part;
    const part = made(add);
    this.names.set(part, add.name ?? '?');
    this.parts.set(add.name ?? '?', part);
    return part;
  }

  name(part: Part | null): string | null {
    return part === null ? null : (this.names.get(part) ?? '?');
  }

  list(parts: readonly Part[] | null): (string | null)[] {
    return (parts ?? []).map((part) => this.name(part));
  }

  snapshot(ctx: Context): unknown {
    const turn = ctx.lastTurn();
    const byCount = <T>(counts: readonly number[], read: (n: number) => T): Record<string, T> =>
      Object.fromEntries(counts.map((n) => [String(n), read(n)]));
    return {
      as_list: this.list(ctx.asList()),
      as_list_n: byCount([0, 1, 2, 3, 10, -1], (n) => this.list(ctx.asList(n))),
      view_for_generation: this.list(ctx.viewForGeneration()),
      actions_for_available_tools: this.list(ctx.actionsForAvailableTools()),
      last_output: this.name(ctx.lastOutput()),
      last_output_n: byCount([1, 2, 10], (n) => this.name(ctx.lastOutput(n))),
      last_turn: turn && { model_input: this.name(turn.modelInput), output: this.name(turn.output) },
      is_root: ctx.isRootNode,
      is_chat: ctx.isChatContext,
      type: ctx.constructor.name,
      window_size: ctx instanceof ChatContext ? ctx.windowSize : null,
    };
  }
}

function made(add: Add): Part {
  if (add.cblock !== undefined) return new CBlock(add.cblock);
  if (add.mot !== undefined) return new ModelOutputThunk(add.mot);
  if (add.msg !== undefined) return new Message(...add.msg);
  if (add.instr !== undefined) return new Instruction(add.instr);
  return add.raw as Part;
}

function goBack(ctx: Context, nodes: number): Context {
  let at: Context = ctx;
  for (let i = 0; i < nodes; i += 1) at = at.previousNode ?? at;
  return at;
}

/** The traced snapshot, with `resetToNew` keeping the window (contract 3.1; the reference forgets it). */
function expected(traced: Snapshot, windowSize: number | null): Snapshot {
  if (traced.window_size === windowSize) return traced;
  const view = windowSize === null ? traced.as_list : traced.as_list.slice(-windowSize);
  return { ...traced, view_for_generation: view, actions_for_available_tools: view, window_size: windowSize };
}

const sameObjectTwice = 'ChatContext-same-object-twice';
const rawString = 'ChatContext-string';

describe('contexts do what the reference did', () => {
  test.each(cases.filter(({ id }) => id !== sameObjectTwice && id !== rawString))('$id', (traced) => {
    const windowSize = traced.window_size ?? null;
    const root =
      traced.context === 'SimpleContext'
        ? new SimpleContext()
        : new ChatContext({ windowSize: windowSize ?? undefined });
    const recorder = new Recorder();
    expect(recorder.snapshot(root)).toEqual(traced.expect.root);
    let ctx: Context = root;
    for (const [index, add] of traced.adds.entries()) {
      const step = traced.expect.steps[index] as Step;
      if ('raised' in step) {
        expect(() => ctx.add(recorder.part(add))).toThrow(TypeError);
        continue;
      }
      if (add.branch !== undefined) ctx = goBack(ctx, add.branch);
      else if (add.reset !== undefined) ctx = ctx.resetToNew();
      else ctx = ctx.add(recorder.part(add));
      const snapshot = 'branch' in step ? step.branch : 'reset' in step ? step.reset : (step as Snapshot);
      expect(recorder.snapshot(ctx)).toEqual(expected(snapshot, windowSize));
    }
    expect(recorder.snapshot(root)).toEqual(traced.expect.root_after);
  });

  test(`${sameObjectTwice}: allowed, where the reference takes it for a cycle (golden README 8)`, () => {
    const traced = cases.find(({ id }) => id === sameObjectTwice) as Case;
    const recorder = new Recorder();
    const ctx = traced.adds.reduce<Context>((at, add) => at.add(recorder.part(add)), new ChatContext());
    expect(recorder.list(ctx.asList())).toEqual(['a', 'm', 'a']);
    expect(recorder.list(ctx.viewForGeneration())).toEqual(['a', 'm', 'a']);
  });

  test(`${rawString}: a TypeError, where the reference keeps what is no part (contract 3)`, () => {
    const [add] = (cases.find(({ id }) => id === rawString) as Case).adds;
    expect(() => new ChatContext().add(add?.raw as Part)).toThrow(
      new TypeError('A context holds blocks and components, got string "plain str".'),
    );
  });
});
