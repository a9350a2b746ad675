export { wait, within } from './abortable-wait.js';
export { type Answer, answerOf } from './answer-of.js';
export type { AttemptIO, AttemptPlan } from './attempt.js';
export { type ClientRule, checkClient, checkFormatter, checkHeaders, checkKey } from './connection-checks.js';
export { environmentVariable } from './environment.js';
export { errorFromNetwork } from './error-from-network.js';
export { errorFromStatus, type FailureOrigin, type HttpFailure } from './error-from-status.js';
export { type ErrorWords, errorWords } from './error-words.js';
export { FailedReply, failureOf, readErrorText, readFailure } from './failed-reply.js';
export { hideInternals } from './hide-internals.js';
export { holdsPassword } from './holds-password.js';
export { LazyModule } from './lazy-module.js';
export { loadOnce } from './load-once.js';
export { noLogprobs, noUsage } from './missing-facts.js';
export { ownError } from './own-error.js';
export { patientFetch } from './patient-fetch.js';
export {
  type CallingBackend,
  ProviderCalls,
  type ProviderCallsInit,
  type ProviderChat,
  type ProviderChatRequest,
} from './provider-calls.js';
export type { ProviderReply } from './provider-reply.js';
export { checkProviderSettings, type ProviderSettings } from './provider-settings.js';
export { rawItemOf } from './raw-item-of.js';
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
export { isSameEndpoint, withoutLastSlashes } from './same-endpoint.js';
export { headerValues, secretValues } from './secret-values.js';
export { wrongSetting } from './setting-checks.js';
export { shareUsage } from './share-usage.js';
export { type ByteSource, readText } from './text-source.js';
export { defaultTimeouts, resolveTimeouts, type TimeoutSettings, type Timeouts } from './timeouts.js';
export { toProviderError } from './to-provider-error.js';
export {
  type AssembledToolCall,
  type AssembledToolCalls,
  parseArguments,
  ToolCallAssembler,
  type ToolCallFragment,
} from './tool-call-assembler.js';
export { idleInRaw, unsupportedOption } from './unsupported-option.js';
export { withoutEchoes } from './without-echoes.js';
