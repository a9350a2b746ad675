import {
  AbstractTool,
  type ContextCall,
  type GenerationEvent,
  type JsonTool,
  type ModelOptions,
} from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import { Instruction } from '../src/components/instruction.js';
import { SimpleContext } from '../src/contexts/simple-context.js';
import { callTools } from '../src/tools/call-tools.js';
import { tool } from '../src/tools/tool.js';
import { readGolden } from './golden.js';

interface Case {
  readonly id: string;
  readonly names?: readonly string[];
  readonly raised?: unknown;
}

const named = (name: string): AbstractTool<Record<string, unknown>> =>
  tool({ name, parameters: {}, execute: () => name });
const [pre, a, b] = [named('pre'), named('a'), named('b')];

/** A tool without a name. */
class NoName extends AbstractTool {
  declare readonly name: string;
  declare readonly asJsonTool: JsonTool;
  run(): null {
    return null;
  }
}

/** What each case of the trace gives as tools, beside one that the action brings. */
const given: Readonly<Record<string, unknown>> = {
  none: undefined,
  list: [a, b],
  'dict-other-key': { k: a },
  'not-iterable': 5,
  'list-of-str': ['a'],
  string: 'a',
  'abstract-in-list': [new NoName()],
  function: () => a,
  generator: (function* () {
    yield a;
    yield b;
  })(),
};

class Listening extends ScriptedBackend {
  offered: string[] = [];

  override _generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    this.offered = [...call.tools.keys()];
    return super._generateFromContext(call);
  }
}

class WithTool extends Instruction {
  override formatForLlm() {
    return { ...super.formatForLlm(), tools: { pre } };
  }
}

async function offered(tools: unknown): Promise<string[]> {
  const backend = new Listening([{ deltas: ['x'] }]);
  const modelOptions = { tools } as ModelOptions;
  const [thunk] = await backend.generateFromContext(new WithTool('d'), new SimpleContext(), {
    modelOptions,
    toolCalls: true,
  });
  await thunk.avalue();
  return backend.offered;
}

const { register } = readGolden<{ register: Case[] }>('tools');

describe('tools of the options are registered as in the reference', () => {
  test.each(register)('$id', async ({ id, names, raised }) => {
    // A generator is no list: it could be offered once only.
    if (raised || id === 'generator') await expect(offered(given[id])).rejects.toThrow(TypeError);
    else expect((await offered(given[id])).sort()).toEqual([...(names ?? [])].sort());
  });

  test.each(register)('and those for callTools: $id', async ({ id, raised }) => {
    const known = callTools([], { tools: given[id] as [] });
    if (raised || id === 'generator') await expect(known).rejects.toThrow(TypeError);
    else expect(await known).toEqual([]);
  });
});
