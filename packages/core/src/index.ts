export type { ContextCall, RawCall, RawItem } from './backend/author-contract.js';
export { Backend, type FormattedGenerateOptions } from './backend/backend.js';
export type { BackendCapabilities } from './backend/backend-capabilities.js';
export type { GenerateOptions } from './backend/generate-options.js';
export { generateWalk } from './backend/generate-walk.js';
export { ModelOption } from './backend/model-option.js';
export type { ModelOptions } from './backend/model-options.js';
export type { OutputFormat, ResolvedFormat } from './backend/output-format.js';
export type {
  StandardIssue,
  StandardJSONSchemaV1,
  StandardResult,
  StandardSchemaV1,
} from './backend/standard-schema.js';
export { CBlock, type CBlockInit } from './content/cblock.js';
export { Component, type ComponentLike, type Part } from './content/component.js';
export { ImageBlock, type PngSource } from './content/image-block.js';
export type { JsonSchema } from './content/json-schema.js';
export {
  blockify,
  getImagesFromComponent,
  isCBlock,
  isComponent,
  isModelOutputThunk,
} from './content/part.js';
export type { TemplateArg, TemplateRepresentation } from './content/template-representation.js';
export { Context, type ContextTurn } from './context/context.js';
export {
  AuthenticationError,
  BackendError,
  type BackendErrorInit,
  ConnectionError,
  ContentFilterError,
  ContextLengthError,
  GenerationCancelledError,
  GenerationTimeoutError,
  IncompleteStreamError,
  InvalidRequestError,
  MalformedResponseError,
  ModelNotFoundError,
  PermissionError,
  QuotaError,
  RateLimitError,
  ServerError,
  UnsupportedFeatureError,
} from './errors/backend-error.js';
export { type ErrorInit, MelliflowError } from './errors/melliflow-error.js';
export {
  BatchGenerationError,
  ComponentParseError,
  NotGeneratingError,
  PluginError,
  PluginViolationError,
  type PluginViolationInit,
  StreamFinishedError,
} from './errors/program-errors.js';
export type { ChatMessage } from './formatter/chat-message.js';
export { Formatter } from './formatter/formatter.js';
export type {
  ComponentPostErrorPayload,
  ComponentPostSuccessPayload,
  ComponentPreExecutePayload,
} from './hooks/component-payloads.js';
export type {
  GenerationBatchErrorPayload,
  GenerationBatchPostCallPayload,
  GenerationBatchPreCallPayload,
  GenerationErrorPayload,
  GenerationPostCallPayload,
  GenerationPreCallPayload,
} from './hooks/generation-payloads.js';
export type { HookContext, HookDispatcher, HookOperation, HookScope } from './hooks/hook-dispatch.js';
export type { HookPayloads } from './hooks/hook-payloads.js';
export { HookType } from './hooks/hook-type.js';
export type {
  SamplingIterationPayload,
  SamplingLoopEndPayload,
  SamplingLoopStartPayload,
  SamplingRepairPayload,
} from './hooks/sampling-payloads.js';
export type {
  SessionCleanupPayload,
  SessionPostInitPayload,
  SessionPreInitPayload,
  SessionResetPayload,
} from './hooks/session-payloads.js';
export type {
  StreamingEndPayload,
  StreamingEventPayload,
  StreamingStartPayload,
} from './hooks/streaming-payloads.js';
export type { ToolPostInvokePayload, ToolPreInvokePayload } from './hooks/tool-payloads.js';
export type { ValidationPostCheckPayload, ValidationPreCheckPayload } from './hooks/validation-payloads.js';
export { type Logger, setLogger } from './logger/logger.js';
export { defaultOutputToBool } from './requirement/default-output-to-bool.js';
export { PartialValidationResult, type PartialVerdict } from './requirement/partial-validation-result.js';
export {
  Requirement,
  type RequirementInit,
  type StreamValidationIo,
  type ValidationFn,
} from './requirement/requirement.js';
export { RequirementCheck } from './requirement/requirement-check.js';
export { ValidationResult } from './requirement/validation-result.js';
export type { Verdict, VerdictInit } from './requirement/verdict.js';
export { SamplingResult, type SamplingResultInit } from './sampling/sampling-result.js';
export { type SampleOptions, SamplingStrategy } from './sampling/sampling-strategy.js';
export { ComputedModelOutputThunk } from './thunk/computed-model-output-thunk.js';
export type { GenerateLog } from './thunk/generate-log.js';
export type { GenerationEvent } from './thunk/generation-event.js';
export type {
  FinishReason,
  GenerationMetadata,
  GenerationWarning,
  TokenLogprob,
  TokenUsage,
} from './thunk/generation-metadata.js';
export {
  type GenerateType,
  ModelOutputThunk,
  type ThunkInit,
  waitForAllMots,
} from './thunk/model-output-thunk.js';
export { AbstractTool, type JsonTool } from './tool/abstract-tool.js';
export { ModelToolCall, type ModelToolCallInit } from './tool/model-tool-call.js';
