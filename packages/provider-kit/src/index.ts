export { wait, within } from './abortable-wait.js';
export type { AttemptIO, AttemptPlan } from './attempt.js';
export { environmentVariable } from './environment.js';
export { errorFromNetwork } from './error-from-network.js';
export { errorFromStatus, type FailureOrigin, type HttpFailure } from './error-from-status.js';
export { type ErrorWords, errorWords } from './error-words.js';
export { patientFetch } from './patient-fetch.js';
export { checkProviderSettings, type ProviderSettings } from './provider-settings.js';
export { readLines } from './read-lines.js';
export {
  type EventStreamInit,
  readServerSentEvents,
  type ServerSentEvent,
} from './read-server-sent-events.js';
export { type ReadableHeaders, retryAfterMs } from './retry-after.js';
export {
  defaultRetryPolicy,
  type RetryPolicy,
  type RetrySettings,
  resolveRetryPolicy,
  retryDelayMs,
} from './retry-policy.js';
export { runAttempts, streamAttempts } from './run-attempts.js';
export { wrongSetting } from './setting-checks.js';
export { shareUsage } from './share-usage.js';
export { type ByteSource, readText } from './text-source.js';
export { defaultTimeouts, resolveTimeouts, type TimeoutSettings, type Timeouts } from './timeouts.js';
export {
  type AssembledToolCall,
  type AssembledToolCalls,
  parseArguments,
  ToolCallAssembler,
  type ToolCallFragment,
} from './tool-call-assembler.js';
export { withoutEchoes } from './without-echoes.js';
