export type { ContextCall, RawCall, RawItem } from '../backend/author-contract.js';
export { Backend } from '../backend/backend.js';
export { type BackendCapabilities, defaultCapabilities } from '../backend/backend-capabilities.js';
export type { GenerateOptions } from '../backend/generate-options.js';
export { generateWalk } from '../backend/generate-walk.js';
export { ModelOption } from '../backend/model-option.js';
export { type ModelOptions, mergeModelOptions } from '../backend/model-options.js';
export { type OutputFormat, type ResolvedFormat, resolveFormat } from '../backend/output-format.js';
export { parseFormat } from '../backend/parse-output.js';
export { BackendError } from '../errors/backend-error.js';
export { nameErrors } from '../errors/melliflow-error.js';
export { redact } from '../errors/redact.js';
export { type ErrorOrigin, scrubbed, toBackendError } from '../errors/to-backend-error.js';
export { PlainFormatter } from '../formatter/plain-formatter.js';
export {
  captureHooks,
  type HookContext,
  type HookDispatcher,
  type HookScope,
  runInside,
  setHookDispatcher,
} from '../hooks/hook-dispatch.js';
export { className, describe, textOf } from '../internal/describe.js';
export { linkAbort } from '../internal/link-abort.js';
export { newId } from '../internal/new-id.js';
export { toReadableStream } from '../internal/readable-stream.js';
export { ReplayLog } from '../internal/replay-log.js';
export { type Lift, supportedBackend } from '../internal/supported-backend.js';
export { currentLogger, log } from '../logger/logger.js';
export { followOutput } from '../thunk/follow-output.js';
export type { GenerationEvent } from '../thunk/generation-event.js';
export type {
  FinishReason,
  GenerationWarning,
  TokenLogprob,
  TokenUsage,
} from '../thunk/generation-metadata.js';
export { snapshot } from '../thunk/model-output-thunk.js';
export { type ThunkFromEventsInit, thunkFromEvents } from '../thunk/thunk-from-events.js';
export { whenSettled } from '../thunk/when-settled.js';
export { batchUnderLimit } from './batch-under-limit.js';
export { redactedJson } from './redacted-json.js';
