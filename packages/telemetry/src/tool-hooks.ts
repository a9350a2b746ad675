import { HookType } from '@melliflow/core';
import { type AnyHook, hook } from '@melliflow/plugins';
import { contentOf } from './captured-content.js';
import { errorTypeOf } from './error-type.js';
import { sessionAttributes } from './request-attributes.js';
import { observing, type TelemetryKit } from './telemetry-kit.js';

/** A span `execute_tool` for each tool call; what a tool asks a model is inside. */
export function toolHooks({ spans, captureContent }: TelemetryKit): AnyHook[] {
  return [
    hook(
      HookType.TOOL_PRE_INVOKE,
      ({ modelToolCall: { name, id, args } }, where) =>
        spans.begin(where, 'execute_tool', `execute_tool ${name}`, {
          attributes: {
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': name,
            'gen_ai.tool.type': 'function',
            ...(id !== null && { 'gen_ai.tool.call.id': id }),
            ...sessionAttributes(where),
            ...(captureContent && { 'gen_ai.tool.call.arguments': contentOf(args) }),
          },
        }),
      observing,
    ),
    hook(
      HookType.TOOL_POST_INVOKE,
      ({ toolOutput, success, error }, where) => {
        const content = captureContent && success ? { 'gen_ai.tool.call.result': contentOf(toolOutput) } : {};
        spans.end(where, 'execute_tool', content, success ? null : errorTypeOf(error));
      },
      observing,
    ),
  ];
}
