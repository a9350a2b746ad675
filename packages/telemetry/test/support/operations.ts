import {
  type Backend,
  CBlock,
  type HookContext,
  type HookPayloads,
  type HookType,
  type ModelOutputThunk,
  type ModelToolCall,
  type Requirement,
  type ValidationResult,
} from '@melliflow/core';
import { captureHooks } from '@melliflow/core/implement';
import { SimpleContext } from '@melliflow/stdlib';

const ctx = new SimpleContext();

interface Operation {
  tell<T extends HookType>(type: T, payload: HookPayloads[T]): Promise<void>;
  inside<R>(fn: () => R): R;
}

/** An operation that tells its hooks as base classes do. */
function operation(backend: Backend | null): Operation {
  const scope = captureHooks(backend ?? undefined);
  const where: HookContext = {
    backend,
    provider: backend?.provider ?? null,
    modelId: backend?.modelId ?? null,
    sessionId: null,
  };
  return {
    async tell(type, payload) {
      if (scope?.has(type)) await scope.dispatch(type, payload, where);
    },
    inside: (fn) => (scope?.inside ? scope.inside(fn) : fn()),
  };
}

/** A run of a strategy that makes attempts until one passes. */
export async function sampling(
  backend: Backend,
  loopBudget: number,
  attempt: (iteration: number) => Promise<{ result: ModelOutputThunk; passed: boolean }>,
): Promise<void> {
  const strategyName = 'RejectionSampling';
  const action = new CBlock('Go.');
  const run = operation(backend);
  const facts = { strategyName, action, context: ctx, requirements: [], loopBudget };
  await run.tell('sampling_loop_start', facts);
  let iteration = 0;
  try {
    for (;;) {
      iteration += 1;
      const { result, passed } = await run.inside(() => attempt(iteration));
      await run.tell('sampling_iteration', {
        strategyName,
        iteration,
        action,
        result,
        validationResults: [],
        allValidationsPassed: passed,
        validCount: passed ? 1 : 0,
        totalCount: 1,
      });
      if (passed || iteration === loopBudget) {
        await run.tell('sampling_loop_end', {
          strategyName,
          success: passed,
          iterationsUsed: iteration,
          finalResult: result,
          failureReason: null,
        });
        return;
      }
      await run.tell('sampling_repair', {
        strategyName,
        repairType: strategyName,
        repairIteration: iteration,
        failedAction: action,
        failedResult: result,
        failedValidations: [],
        repairAction: action,
        repairContext: ctx,
      });
    }
  } catch (error) {
    await run.tell('sampling_loop_end', {
      strategyName,
      success: false,
      iterationsUsed: iteration,
      finalResult: null,
      failureReason: (error as Error).name,
      exception: error as Error,
    });
    throw error;
  }
}

/** A check of requirements; what a validator throws is told and thrown. */
export async function validating(
  requirements: readonly Requirement[],
  backend: Backend,
  output: ModelOutputThunk,
): Promise<boolean> {
  const check = operation(backend);
  const context = ctx.add(new CBlock('Go.')).add(output);
  await check.tell('validation_pre_check', { requirements, context, modelOptions: {} });
  const end = { requirements, allValidationsPassed: false, passedCount: 0, failedCount: 0 };
  let results: ValidationResult[];
  try {
    results = await check.inside(() =>
      Promise.all(requirements.map((requirement) => requirement.validate(backend, context))),
    );
  } catch (error) {
    await check.tell('validation_post_check', { ...end, results: [], exception: error as Error });
    throw error;
  }
  const passedCount = results.filter((result) => result.asBool()).length;
  const allValidationsPassed = passedCount === results.length;
  const failedCount = results.length - passedCount;
  await check.tell('validation_post_check', {
    ...end,
    results,
    allValidationsPassed,
    passedCount,
    failedCount,
  });
  return allValidationsPassed;
}

/** The calls of one answer, at the same time; errors become outcomes. */
export async function callTools(calls: readonly ModelToolCall[]): Promise<unknown[]> {
  return Promise.all(
    calls.map(async (modelToolCall) => {
      const call = operation(null);
      await call.tell('tool_pre_invoke', { modelToolCall });
      const outcome = await call.inside(() =>
        modelToolCall.callFunc().then(
          (toolOutput) => ({ toolOutput, success: true, error: null }),
          (error: Error) => ({ toolOutput: null, success: false, error }),
        ),
      );
      await call.tell('tool_post_invoke', { modelToolCall, ...outcome, executionTimeMs: 1 });
      return outcome.toolOutput;
    }),
  );
}
