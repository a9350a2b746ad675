import {
  type HookContext,
  type HookPayloads,
  type HookType,
  ModelToolCall,
  Requirement,
} from '@melliflow/core';
import { setHookDispatcher } from '@melliflow/core/implement';
import { ScriptedBackend } from '@melliflow/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { callTools, RejectionSamplingStrategy, SimpleContext, tool, validateAll } from '../src/index.js';

afterEach(() => setHookDispatcher(null));
const ctx = new SimpleContext();
const backend = new ScriptedBackend([{ deltas: ['Hi.'] }]);
const polite = new Requirement('polite', { validationFn: () => true });

interface Told {
  type: HookType;
  payload: HookPayloads[HookType];
  operation: number;
}

/** Makes this the only plugin. Each capture is an operation; what runs inside of one is heard too. */
function listen(): { told: Told[]; insides: number[] } {
  const told: Told[] = [];
  const insides: number[] = [];
  let operations = 0;
  setHookDispatcher({
    capture: () => {
      const operation = operations;
      operations += 1;
      return {
        has: () => true,
        dispatch: async (type, payload, _context: HookContext) => {
          told.push({ type, payload, operation });
          return payload;
        },
        inside: (fn) => {
          insides.push(operation);
          return fn();
        },
      };
    },
  });
  return { told, insides };
}

const operationsOf = (told: readonly Told[], family: string): number[] => [
  ...new Set(told.flatMap(({ type, operation }) => (type.startsWith(family) ? [operation] : []))),
];

describe('operations', () => {
  it('are the sampling run and each of its checks, and both run inside of themselves', async () => {
    const { told, insides } = listen();
    await new RejectionSamplingStrategy({ loopBudget: 1 }).sample('Go.', ctx, backend, {
      requirements: [polite],
    });
    const runs = operationsOf(told, 'sampling_');
    const checks = operationsOf(told, 'validation_');
    expect([runs.length, checks.length, insides]).toEqual([
      1,
      1,
      expect.arrayContaining([...runs, ...checks]),
    ]);
    expect(runs).not.toEqual(checks);
  });

  it('are the calls of an answer, each by itself', async () => {
    const { told, insides } = listen();
    const add = tool({ name: 'add', parameters: { type: 'object', properties: {} }, execute: () => 3 });
    const call = (): ModelToolCall => new ModelToolCall({ name: 'add', func: add, args: {} });
    await callTools([call(), call()]);
    expect([operationsOf(told, 'tool_'), insides]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});

describe('a check whose validator throws', () => {
  it('is told as over, with what was thrown', async () => {
    const { told } = listen();
    const broken = new Requirement('broken', {
      validationFn: () => {
        throw new RangeError('broken');
      },
    });
    await expect(validateAll([polite, broken], ctx, backend)).rejects.toThrow(RangeError);
    expect(told.map(({ type }) => type)).toEqual(['validation_pre_check', 'validation_post_check']);
    expect(told[1]?.payload).toMatchObject({
      results: [],
      allValidationsPassed: false,
      exception: expect.any(RangeError),
    });
  });
});
