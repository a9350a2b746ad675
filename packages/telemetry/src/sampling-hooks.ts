import { HookType } from '@melliflow/core';
import { type AnyHook, hook } from '@melliflow/plugins';
import { errorTypeOf } from './error-type.js';
import { sessionAttributes } from './request-attributes.js';
import { observing, type TelemetryKit } from './telemetry-kit.js';

/** A span `sampling` for each run of a strategy, with an event for each attempt and each repair. */
export function samplingHooks(kit: TelemetryKit): AnyHook[] {
  const { spans } = kit;
  return [
    hook(
      HookType.SAMPLING_LOOP_START,
      ({ strategyName, loopBudget, requirements }, where) =>
        spans.begin(where, 'sampling', `sampling ${strategyName}`, {
          attributes: {
            ...sessionAttributes(where),
            'melliflow.sampling.strategy': strategyName,
            'melliflow.sampling.loop_budget': loopBudget,
            'melliflow.sampling.requirements': requirements.length,
          },
        }),
      observing,
    ),
    hook(
      HookType.SAMPLING_ITERATION,
      ({ iteration, validCount, totalCount, allValidationsPassed }, where) =>
        void spans.openSpan(where, 'sampling')?.addEvent('melliflow.sampling.iteration', {
          'melliflow.sampling.iteration': iteration,
          'melliflow.validation.passed': validCount,
          'melliflow.validation.total': totalCount,
          'melliflow.sampling.success': allValidationsPassed,
        }),
      observing,
    ),
    hook(
      HookType.SAMPLING_REPAIR,
      ({ repairType, repairIteration }, where) =>
        void spans.openSpan(where, 'sampling')?.addEvent('melliflow.sampling.repair', {
          'melliflow.sampling.iteration': repairIteration,
          'melliflow.sampling.repair_type': repairType,
        }),
      observing,
    ),
    hook(
      HookType.SAMPLING_LOOP_END,
      ({ success, iterationsUsed, exception }, where) => {
        const attributes = {
          'melliflow.sampling.success': success,
          'melliflow.sampling.iterations': iterationsUsed,
        };
        spans.end(where, 'sampling', attributes, exception ? errorTypeOf(exception) : null);
      },
      observing,
    ),
  ];
}
