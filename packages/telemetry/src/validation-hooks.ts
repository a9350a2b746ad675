import { HookType } from '@melliflow/core';
import { type AnyHook, hook } from '@melliflow/plugins';
import { errorTypeOf } from './error-type.js';
import { sessionAttributes } from './request-attributes.js';
import { observing, type TelemetryKit } from './telemetry-kit.js';

/** A span `validation` for each check of requirements; judges that are asked for it are inside. */
export function validationHooks({ spans }: TelemetryKit): AnyHook[] {
  return [
    hook(
      HookType.VALIDATION_PRE_CHECK,
      ({ requirements }, where) =>
        spans.begin(where, 'validation', 'validation', {
          attributes: { ...sessionAttributes(where), 'melliflow.validation.total': requirements.length },
        }),
      observing,
    ),
    hook(
      HookType.VALIDATION_POST_CHECK,
      ({ passedCount, allValidationsPassed, exception }, where) => {
        const attributes = {
          'melliflow.validation.passed': passedCount,
          'melliflow.validation.success': allValidationsPassed,
        };
        spans.end(where, 'validation', attributes, exception ? errorTypeOf(exception) : null);
      },
      observing,
    ),
  ];
}
