import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AssembledToolCalls, ToolCallAssembler } from '../src/index.js';

interface WireCall {
  readonly index?: number;
  readonly id?: string | null;
  readonly function: { readonly name: string | null; readonly arguments: string };
}

interface MergeCase {
  readonly id: string;
  readonly chunks: readonly { readonly delta: { readonly tool_calls?: readonly WireCall[] } }[];
  readonly merged: { readonly message: { readonly tool_calls: readonly WireCall[] } };
}

interface RequestCase {
  readonly id: string;
  readonly message: { readonly tool_calls?: readonly WireCall[] };
  readonly returned?: readonly { readonly name: string; readonly args: Record<string, unknown> }[] | null;
}

const golden: { delta_merge: MergeCase[]; extract_model_tool_requests: RequestCase[] } = JSON.parse(
  readFileSync(new URL('./golden/tool-calls.json', import.meta.url), 'utf8'),
);

function assembled(calls: readonly WireCall[]): AssembledToolCalls {
  const assembler = new ToolCallAssembler();
  for (const { index, id, function: called } of calls) assembler.add({ index, id, ...called });
  return assembler.finish();
}

const plain = ({ complete }: AssembledToolCalls): unknown =>
  complete.map(({ name, args }) => ({ name, args }));

describe('fragments are merged as in the reference', () => {
  /** Its mode for servers that tell no index makes a call of every fragment; ours joins what belongs together. */
  const joined: Readonly<Record<string, unknown>> = {
    'tool-one-separate': [{ name: 'f', args: { x: 1 } }],
    'tool-two-separate': [
      { name: 'f', args: {} },
      { name: 'g', args: {} },
    ],
  };

  test.each(golden.delta_merge)('$id', ({ id, chunks, merged }) => {
    const fragments = chunks.flatMap(({ delta }) => delta.tool_calls ?? []);
    const traced = merged.message.tool_calls.map(({ function: f }) => ({
      name: f.name,
      args: joined[id] ? null : JSON.parse(f.arguments),
    }));
    expect(plain(assembled(fragments))).toEqual(joined[id] ?? traced);
  });
});

describe('the calls of a reply', () => {
  /** The id of the case, what ours gives, and why. */
  const departures: Readonly<Record<string, AssembledToolCalls>> = {
    // Of two calls to one tool both stay (golden README 9).
    'same-twice': {
      complete: [
        { id: '1', name: 'f', args: { x: 1 } },
        { id: '2', name: 'f', args: { x: 2 } },
      ],
      broken: [],
    },
    // Which tools there are is known elsewhere: the call is kept, and answered by an error that the model can act on.
    unknown: { complete: [{ id: '1', name: 'nope', args: {} }], broken: [] },
    // No arguments at all are none.
    'args-empty-string': { complete: [{ id: '1', name: 'g', args: {} }], broken: [] },
    // A call is complete only when its arguments are a JSON object.
    'args-not-object': { complete: [], broken: ['f'] },
  };

  /** The trace gives several calls one id, which no server does. */
  const distinct = (calls: readonly WireCall[]): WireCall[] =>
    calls.map((call, i) => ({ ...call, id: String(i + 1) }));

  test.each(golden.extract_model_tool_requests)('$id', ({ id, message, returned }) => {
    const calls = assembled(distinct(message.tool_calls ?? []));
    const ours = departures[id];
    if (ours) expect(calls).toEqual(ours);
    else expect(plain(calls)).toEqual((returned ?? []).map(({ name, args }) => ({ name, args })));
  });
});
