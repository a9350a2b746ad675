export { asChatHistory } from './components/as-chat-history.js';
export { Document, type DocumentInit } from './components/document.js';
export { type FromChatHistoryOptions, fromChatHistory } from './components/from-chat-history.js';
export { Instruction, type InstructionInit } from './components/instruction.js';
export { Message, type MessageInit } from './components/message.js';
export {
  type FieldName,
  type MethodName,
  type MethodTool,
  type Mified,
  type MifiedClass,
  type MifiedMembers,
  type MifyOptions,
  mify,
} from './components/mify.js';
export { MObject } from './components/mobject.js';
export { Query } from './components/query.js';
export { SimpleComponent } from './components/simple-component.js';
export { imagesMessage, ToolMessage, type ToolMessageInit } from './components/tool-message.js';
export { Transform } from './components/transform.js';
export { ChatContext, type ChatContextInit } from './contexts/chat-context.js';
export { SimpleContext } from './contexts/simple-context.js';
export {
  type GenerativeCallOptions,
  type GenerativeFunction,
  type GenerativeInit,
  generative,
} from './generative/generative.js';
export { PreconditionError } from './generative/precondition-error.js';
export { check } from './requirements/check.js';
export { type HasLengthInit, hasLength, type LengthUnit } from './requirements/has-length.js';
export { type IsInLanguageInit, isInLanguage } from './requirements/is-in-language.js';
export { isJson } from './requirements/is-json.js';
export {
  type IsMarkdownListInit,
  isMarkdownList,
  markdownListItems,
} from './requirements/is-markdown-list.js';
export { type IsMarkdownTableInit, isMarkdownTable } from './requirements/is-markdown-table.js';
export { judge, LlmJudge, type LlmJudgeInit } from './requirements/llm-judge.js';
export { type MatchesPatternInit, matchesPattern } from './requirements/matches-pattern.js';
export type { ReadyRequirementInit } from './requirements/output-requirement.js';
export { req } from './requirements/req.js';
export { reqify } from './requirements/reqify.js';
export { requirementCheckToBool } from './requirements/requirement-check-to-bool.js';
export {
  type SimpleValidateInit,
  type SimpleVerdict,
  simpleValidate,
} from './requirements/simple-validate.js';
export { strictOutputToBool } from './requirements/strict-output-to-bool.js';
export { toolArgValidator } from './requirements/tool-arg-validator.js';
export { type ToolOrName, usesTool } from './requirements/uses-tool.js';
export { validateAll } from './requirements/validate-all.js';
export type { Bounds } from './requirements/within.js';
export { BaseSamplingStrategy } from './sampling/base-sampling-strategy.js';
export { type BestOfNInit, BestOfNStrategy } from './sampling/best-of-n-strategy.js';
export { type BudgetForcingInit, BudgetForcingStrategy } from './sampling/budget-forcing-strategy.js';
export type { FormattedSampleOptions } from './sampling/conducted-strategy.js';
export { failedRequirements } from './sampling/failed-requirements.js';
export { type MajorityVotingInit, MajorityVotingStrategy } from './sampling/majority-voting-strategy.js';
export { mathAnswer } from './sampling/math-answer.js';
export {
  type MinimumBayesRiskInit,
  MinimumBayesRiskStrategy,
  type Similarity,
} from './sampling/minimum-bayes-risk-strategy.js';
export { MultiTurnStrategy } from './sampling/multi-turn-strategy.js';
export { ParallelSamplingStrategy } from './sampling/parallel-sampling-strategy.js';
export { ParseFailure, parseErrorOf } from './sampling/parse-failure.js';
export { RejectionSamplingStrategy } from './sampling/rejection-sampling-strategy.js';
export { RepairTemplateStrategy } from './sampling/repair-template-strategy.js';
export type { SampleAttempt, SampleStep } from './sampling/sample-attempt.js';
export type { ProgressTerminal, SamplingProgress } from './sampling/sampling-progress.js';
export { type SofaiInit, type SofaiMode, SofaiStrategy } from './sampling/sofai-strategy.js';
export type { StrategyInit } from './sampling/strategy-init.js';
export { textSimilarity } from './sampling/text-similarity.js';
export { type ActResult, act } from './session/act.js';
export type { ActOptions, Formatted } from './session/act-options.js';
export type { Answer } from './session/answer.js';
export { getSession } from './session/current-session.js';
export { type BackendName, type BackendSettings, backendNames, loadBackend } from './session/load-backend.js';
export { NestedCallError } from './session/nested-call-error.js';
export { NoSessionError } from './session/no-session-error.js';
export { NotInstalledError } from './session/not-installed-error.js';
export { Session } from './session/session.js';
export { SessionEndedError } from './session/session-ended-error.js';
export type { SessionInit } from './session/session-init.js';
export type { Action, Description, SessionVerbs, VerbResult } from './session/session-verbs.js';
export { type StartSessionOptions, startSession } from './session/start-session.js';
export { type TextValue, text } from './session/text.js';
export type {
  ChatOptions,
  InstructOptions,
  SamplingResults,
  StreamOptions,
  ValidateOptions,
} from './session/verb-options.js';
export { type CallToolsOptions, callTools } from './tools/call-tools.js';
export { findToolCalls } from './tools/find-tool-calls.js';
export { LoopBudgetError } from './tools/loop-budget-error.js';
export { type ReactOptions, type ReactResult, react } from './tools/react.js';
export type { ReactStep } from './tools/react-step.js';
export { Tool, type ToolInit, type ToolIo, tool } from './tools/tool.js';
export { type ArgumentIssue, ToolArgumentsError } from './tools/tool-arguments-error.js';
export type { ToolList } from './tools/tool-list.js';
export { ToolOutput, type ToolOutputInit } from './tools/tool-output.js';
export type { PlainToolParameters, ToolParameters } from './tools/tool-parameters.js';
export { UnknownToolError } from './tools/unknown-tool-error.js';
export { type ValidateToolArgumentsOptions, validateToolArguments } from './tools/validate-tool-arguments.js';
