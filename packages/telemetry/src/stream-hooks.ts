import { HookType } from '@melliflow/core';
import { type AnyHook, hook } from '@melliflow/plugins';
import { errorTypeOf } from './error-type.js';
import { sessionAttributes } from './request-attributes.js';
import { observing, type TelemetryKit } from './telemetry-kit.js';

/** A span `stream` for each validated stream; its generation and its judges are inside. */
export function streamHooks({ spans }: TelemetryKit): AnyHook[] {
  return [
    hook(
      HookType.STREAMING_START,
      ({ streamId, chunking, requirements }, where) =>
        spans.begin(where, 'stream', `stream ${chunking}`, {
          attributes: {
            ...sessionAttributes(where),
            'melliflow.stream.id': streamId,
            'melliflow.stream.chunking': chunking,
            'melliflow.stream.requirements': requirements.length,
          },
        }),
      observing,
    ),
    hook(
      HookType.STREAMING_END,
      ({ success, fullText, exception }, where) => {
        const attributes = {
          'melliflow.stream.success': success,
          'melliflow.stream.length': fullText.length,
        };
        spans.end(where, 'stream', attributes, exception && errorTypeOf(exception));
      },
      observing,
    ),
  ];
}
