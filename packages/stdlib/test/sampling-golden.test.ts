import {
  CBlock,
  type Context,
  isModelOutputThunk,
  ModelOutputThunk,
  type Part,
  Requirement,
  RequirementCheck,
  type SamplingResult,
  ValidationResult,
} from '@melliflow/core';
import { className } from '@melliflow/core/implement';
import { TemplateFormatter } from '@melliflow/formatter';
import { type ScriptedAnswer, ScriptedBackend } from '@melliflow/testing';
import { describe, expect, test } from 'vitest';
import {
  type BaseSamplingStrategy,
  ChatContext,
  Instruction,
  Message,
  MultiTurnStrategy,
  RejectionSamplingStrategy,
  RepairTemplateStrategy,
  SimpleContext,
} from '../src/index.js';
import { readGolden } from './golden.js';

type Verdict = readonly [string | null, boolean, string | null];

interface TracedCall {
  readonly judge: boolean;
  readonly messages: readonly (readonly [role: string, content: string])[];
  readonly model_options: Readonly<Record<string, unknown>> | null;
  readonly tool_calls: boolean;
}

interface Traced {
  readonly id: string;
  readonly strategy: 'rejection' | 'repair' | 'multiturn';
  readonly answers: readonly (string | { readonly raise: string })[];
  readonly requirements?: readonly {
    readonly description: string | null;
    readonly contains?: string;
    readonly reason?: string;
    readonly judge?: boolean;
    readonly check_only?: boolean;
  }[];
  readonly action?: 'message';
  readonly budget?: number;
  readonly context?: 'simple' | 'chat';
  readonly history?: readonly (readonly ['user' | 'mot', string])[];
  readonly model_options?: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly result?: {
      readonly success: boolean;
      readonly index: number;
      readonly value: string;
      readonly generations: readonly string[];
      readonly validations: readonly (readonly Verdict[])[];
      readonly actions: readonly (readonly [type: string, text: string])[];
      readonly contexts: readonly (readonly (readonly [type: string, text: string])[])[];
      readonly final_flags: readonly boolean[];
    };
    readonly raised?: { readonly type: string; readonly message: string };
    readonly calls: readonly TracedCall[];
  };
}

const { cases } = readGolden<{ cases: Traced[] }>('sampling');
const formatter = new TemplateFormatter();
const strategies = {
  rejection: RejectionSamplingStrategy,
  repair: RepairTemplateStrategy,
  multiturn: MultiTurnStrategy,
};

interface Run {
  readonly outcome: SamplingResult | Error;
  readonly backend: ScriptedBackend;
}

function strategyOf({ strategy, budget }: Traced): BaseSamplingStrategy {
  return new strategies[strategy]({ loopBudget: budget });
}

function requirementsOf({ requirements = [] }: Traced): Requirement[] {
  return requirements.map(({ description, contains, reason, check_only: checkOnly }) => {
    const holds = (ctx: Context): ValidationResult => {
      const met = String(ctx.lastOutput()).includes(contains as string);
      return new ValidationResult(met, { reason: met ? null : reason });
    };
    return new Requirement(description, {
      checkOnly,
      validationFn: contains === undefined ? undefined : holds,
    });
  });
}

function answerOf(answer: Traced['answers'][number]): ScriptedAnswer {
  return typeof answer === 'string' ? { deltas: [answer] } : { error: new Error(answer.raise) };
}

async function run(traced: Traced): Promise<Run> {
  const backend = new ScriptedBackend(traced.answers.map(answerOf), { formatter });
  const requirements = requirementsOf(traced);
  const action =
    traced.action === 'message' ? new Message('user', 'Say hi') : new Instruction('Say hi', { requirements });
  const empty: Context = traced.context === 'chat' ? new ChatContext() : new SimpleContext();
  const ctx = (traced.history ?? []).reduce<Context>(
    (past, [kind, text]) =>
      past.add(kind === 'user' ? new Message('user', text) : new ModelOutputThunk(text)),
    empty,
  );
  const options = { requirements, modelOptions: traced.model_options ?? undefined };
  try {
    return {
      outcome: (await strategyOf(traced).sample<unknown>(action, ctx, backend, options)) as SamplingResult,
      backend,
    };
  } catch (error) {
    return { outcome: error as Error, backend };
  }
}

/** The kind of a part in the reference's words. */
function kind(part: Part): string {
  if (part instanceof Message) return 'Message';
  if (isModelOutputThunk(part)) return 'thunk';
  return className(part);
}

/** The texts that a repair of ours must say: those that the reference lists after its headline. */
function repairLines(prompt: string): string[] {
  const [, listed = ''] = prompt.split(/(?:failed before|have not been met):\n/);
  return [...listed.matchAll(/^\* (.*)$/gm)].map(([, line]) => line as string);
}

const traced = cases.filter(({ expect: { result } }) => result !== undefined);

describe('what the reference gave, in our terms', () => {
  test.each(traced)('$id', async (given) => {
    const { outcome, backend } = await run(given);
    if (outcome instanceof Error) throw outcome;
    const expected = given.expect.result as NonNullable<Traced['expect']['result']>;
    // golden/README 11: the reference's index is -1 when multi-turn fails; ours is the real one.
    const index = expected.index < 0 ? expected.generations.length + expected.index : expected.index;
    expect(outcome.success).toBe(expected.success);
    expect(outcome.resultIndex).toBe(index);
    expect(outcome.result.value).toBe(expected.value);
    expect(outcome.sampleGenerations.map(String)).toEqual(expected.generations);
    expect(
      outcome.sampleValidations.map((verdicts) =>
        verdicts.map(([requirement, verdict]) => [requirement.description, verdict.asBool(), verdict.reason]),
      ),
    ).toEqual(expected.validations);
    expect(outcome.sampleActions.map(kind)).toEqual(expected.actions.map(([type]) => type));
    expect(outcome.sampleContexts.map((ctx) => ctx.asList().map(kind))).toEqual(
      expected.contexts.map((parts) =>
        parts.map(([type]) => (type.endsWith('ModelOutputThunk') ? 'thunk' : type)),
      ),
    );
    expect(outcome.sampleContexts.map((ctx) => String(ctx.lastOutput()))).toEqual(expected.generations);
    expect(outcome.sampleGenerations.map((thunk) => thunk.generateLog?.isFinalResult)).toEqual(
      expected.final_flags,
    );
    expect(outcome.sampleGenerations.every((thunk) => thunk.isComputed())).toBe(true);
    expect(backend.calls).toHaveLength(given.expect.calls.length);
  });

  test.each(cases.filter(({ expect: { calls } }) => calls.length > 0))(
    '$id: the same calls, each shown the same messages',
    async (given) => {
      // The reference makes one call before it sees that the context will not do; ours refuses before any request.
      if (given.id === 'multiturn-simple-context')
        return expect((await run(given)).backend.calls).toEqual([]);
      const { backend } = await run(given);
      const seen = backend.calls.map(({ action, view, modelOptions }) => ({
        judge: action instanceof RequirementCheck,
        messages: formatter.toChatMessages([...view, action]),
        modelOptions,
      }));
      expect(seen.map(({ judge }) => judge)).toEqual(given.expect.calls.map(({ judge }) => judge));
      expect(seen.map(({ messages }) => messages.map(({ role }) => role))).toEqual(
        given.expect.calls.map(({ messages }) => messages.map(([role]) => role)),
      );
      expect(seen.map(({ modelOptions }) => modelOptions)).toEqual(
        given.expect.calls.map(({ model_options }) => model_options ?? {}),
      );
      for (const [i, call] of given.expect.calls.entries()) {
        const ours = seen[i]?.messages.at(-1)?.content ?? '';
        for (const line of repairLines(call.messages.at(-1)?.[1] ?? '')) {
          // The reference prints None for a requirement without description and reason; ours says nothing of it.
          if (line !== 'None') expect(ours).toContain(line);
          else expect(ours).not.toMatch(/None|null/);
        }
        const isRepair = repairLines(call.messages.at(-1)?.[1] ?? '').some((line) => line !== 'None');
        expect(/not good enough|does not meet/.test(ours)).toBe(isRepair);
      }
    },
  );
});

describe('what the reference refused', () => {
  const refused = Object.fromEntries(cases.map((given) => [given.id, given]));

  test('budget-0: RangeError when the strategy is made (house rule: bad input names the field)', () => {
    expect(() => strategyOf(refused['budget-0'] as Traced)).toThrow(
      new RangeError('loopBudget must be a whole number of attempts, at least 1, got number 0.'),
    );
  });

  test('multiturn-simple-context: TypeError before any request', async () => {
    const { outcome } = await run(refused['multiturn-simple-context'] as Traced);
    expect(outcome).toBeInstanceOf(TypeError);
    expect((outcome as Error).message).toBe(
      'MultiTurnStrategy needs a context that shows the conversation, such as ChatContext; got SimpleContext.',
    );
  });

  test('multiturn-backend-raises: the foreign error comes as a BackendError (contract 4.6)', async () => {
    const { outcome, backend } = await run(refused['multiturn-backend-raises'] as Traced);
    expect(outcome).toMatchObject({ code: 'backend', message: 'scripted: backend broke' });
    expect(backend.calls).toHaveLength(2);
  });

  test('every case is looked at', () => {
    const raised = cases.filter(({ expect: { raised } }) => raised !== undefined).map(({ id }) => id);
    expect(raised.sort()).toEqual(['budget-0', 'multiturn-backend-raises', 'multiturn-simple-context']);
    expect(traced.length + raised.length).toBe(cases.length);
  });
});

test('a plain text is an action too', async () => {
  const backend = new ScriptedBackend([{ deltas: ['hi'] }]);
  const { sampleActions } = await new RejectionSamplingStrategy().sample(
    'Say hi',
    new SimpleContext(),
    backend,
  );
  expect(sampleActions).toHaveLength(1);
  expect(sampleActions[0]).toBeInstanceOf(CBlock);
});
