import { type ErrorInit, MelliflowError, nameErrors } from './melliflow-error.js';

/** The facts of a failed call to a model. */
export interface BackendErrorInit extends ErrorInit {
  /** The provider that was called, such as `openai`. */
  provider: string;
  /** The model that was asked. */
  model: string;
  /** The HTTP status, where there was one. */
  status?: number | undefined;
  /** Whether the same call may succeed later. Default: what the class usually means. */
  retryable?: boolean | undefined;
  /** How long the provider asks to wait. */
  retryAfterMs?: number | undefined;
  /** The provider's name for the request, for its support. */
  requestId?: string | undefined;
  /** The text that had arrived before the failure. */
  partialText?: string | undefined;
}

/** A call to a model failed. Subclasses say how; this class itself stands for a fault of unknown kind. */
export class BackendError extends MelliflowError {
  readonly provider: string;
  readonly model: string;
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  partialText: string | undefined;

  constructor(message: string, init: BackendErrorInit) {
    super(message, init);
    this.provider = init.provider;
    this.model = init.model;
    this.status = init.status;
    this.retryable = init.retryable ?? retryableByDefault.has(this.code);
    this.retryAfterMs = init.retryAfterMs;
    this.requestId = init.requestId;
    this.partialText = init.partialText;
  }
}

/** Codes whose failures usually pass by themselves. */
const retryableByDefault = new Set([
  'rate_limit',
  'server',
  'generation_timeout',
  'connection',
  'incomplete_stream',
]);

/** The key is missing, wrong or expired. */
export class AuthenticationError extends BackendError {}
/** The key is known but may not do this. */
export class PermissionError extends BackendError {}
/** The provider does not know the model, or the model's file does not exist. */
export class ModelNotFoundError extends BackendError {}
/** The provider refuses the request as it is; sending it again cannot help. */
export class InvalidRequestError extends BackendError {}
/** The prompt and the asked output do not fit the model's context. */
export class ContextLengthError extends BackendError {}
/** The provider withheld the answer for its content. */
export class ContentFilterError extends BackendError {}
/** Too many requests; `retryAfterMs` says when to come back, if the provider did. */
export class RateLimitError extends BackendError {}
/** The account's credit is used up; waiting does not help. */
export class QuotaError extends BackendError {}
/** The provider failed (HTTP 5xx). */
export class ServerError extends BackendError {}
/** One of the timeouts ran out. */
export class GenerationTimeoutError extends BackendError {}
/** The connection could not be made, or broke. */
export class ConnectionError extends BackendError {}
/** The reply cannot be read as what it should be. */
export class MalformedResponseError extends BackendError {}
/** The reply stopped without its end marker; `partialText` has what came (contract 2.6). */
export class IncompleteStreamError extends BackendError {}
/** The generation was cancelled, or its signal aborted. */
export class GenerationCancelledError extends BackendError {}
/** The backend cannot do what was asked at all. */
export class UnsupportedFeatureError extends BackendError {}

nameErrors({
  BackendError,
  AuthenticationError,
  PermissionError,
  ModelNotFoundError,
  InvalidRequestError,
  ContextLengthError,
  ContentFilterError,
  RateLimitError,
  QuotaError,
  ServerError,
  GenerationTimeoutError,
  ConnectionError,
  MalformedResponseError,
  IncompleteStreamError,
  GenerationCancelledError,
  UnsupportedFeatureError,
});
