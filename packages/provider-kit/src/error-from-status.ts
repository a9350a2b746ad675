import {
  AuthenticationError,
  type BackendError,
  type BackendErrorInit,
  ContentFilterError,
  ContextLengthError,
  GenerationTimeoutError,
  InvalidRequestError,
  ModelNotFoundError,
  PermissionError,
  QuotaError,
  RateLimitError,
  ServerError,
} from '@melliflow/core';
import { type ErrorOrigin, redact } from '@melliflow/core/implement';
import { type ErrorWords, errorWords } from './error-words.js';
import { type ReadableHeaders, retryAfterMs } from './retry-after.js';
import { withoutEchoes } from './without-echoes.js';

/** A reply that says that the call failed. */
export interface HttpFailure {
  /** Undefined for an error that came inside a reply which had begun well. */
  status: number | undefined;
  /** The body: parsed JSON, else its text. */
  body?: unknown;
  headers?: ReadableHeaders | undefined;
  /** Where the headers are lost but the request's name is known. */
  requestId?: string | undefined;
}

/** Who was called with what, for an error's facts and for what it must not show. */
export interface FailureOrigin extends ErrorOrigin {
  /** The texts of the request; what of them a provider quotes is taken out. */
  prompts?: readonly string[] | undefined;
  /** What to look at when the key is refused. Default: `check apiKey`. */
  keyHint?: string | undefined;
}

interface Facts extends ErrorWords {
  status: number | undefined;
}

interface Meaning {
  Kind: new (message: string, init: BackendErrorInit) => BackendError;
  fits(facts: Facts): boolean;
  /** Said where the provider says nothing. */
  words: string;
  hint?: string | undefined;
  retryable?: boolean | undefined;
}

const coded =
  (...known: readonly (string | RegExp)[]) =>
  ({ codes }: Facts): boolean =>
    codes.some((code) => known.some((one) => (typeof one === 'string' ? one === code : one.test(code))));
const status =
  (...known: readonly number[]) =>
  (facts: Facts): boolean =>
    known.includes(facts.status ?? 0);

/** How servers say, in words alone, that a prompt is too long; not that some other number or an image is. */
const tooLong = new RegExp(
  [
    /context (length|window|size)|maximum context|reduce the length|too many (input |prompt )?tokens/,
    /(prompt|input|request) (is |was )?too (long|large)/,
    /\b(prompt|input (length|tokens?|token count)|sequence length|token count|number of (input |prompt )?tokens)\b[^.;]{0,60}\b(exceed(s|ed)?|longer than|larger than)\b/,
    // Of TGI: `inputs` must have less than 1024 tokens; `inputs` tokens + `max_new_tokens` must be <= 2048.
    /`?inputs`? (must have less than \d+ tokens|tokens \+ `?max_new_tokens)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** TGI refuses a stream's request inside of the stream. */
const isRefusedInside = (facts: Facts): boolean =>
  facts.status === undefined && coded('validation', 'template_error', 'tool_error')(facts);

/** What a failure means; the first that fits counts, and codes say more than the status. */
const meanings: readonly Meaning[] = [
  {
    Kind: QuotaError,
    fits: (facts) =>
      status(402)(facts) || coded(/insufficient_(quota|credits?|funds)/, /quota_reached$/, /billing/)(facts),
    words: 'the credit of the account is used up',
  },
  {
    Kind: ContentFilterError,
    fits: coded('content_filter', 'content_policy_violation', 'responsibleaipolicyviolation'),
    words: 'the request was refused for its content',
  },
  {
    Kind: ContextLengthError,
    fits: (facts) =>
      coded('context_length_exceeded', 'string_above_max_length')(facts) ||
      ((facts.status === undefined || status(400, 413, 422, 500)(facts)) && tooLong.test(facts.message)),
    words: 'the prompt does not fit the model',
  },
  {
    Kind: AuthenticationError,
    fits: (facts) => status(401)(facts) || coded('invalid_api_key', 'authentication_error')(facts),
    words: 'the key is missing or wrong',
    hint: 'check apiKey',
  },
  {
    Kind: PermissionError,
    fits: (facts) => status(403)(facts) || coded('permission_error')(facts),
    words: 'the key may not do this',
  },
  {
    Kind: ModelNotFoundError,
    fits: (facts) => status(404)(facts) || coded(/^model_not_(found|supported)$/, 'not_found_error')(facts),
    words: 'there is no such model, or no such address',
    hint: 'check modelId and baseURL',
  },
  {
    Kind: RateLimitError,
    fits: (facts) => status(429)(facts) || coded(/^rate_limit/, 'too_many_requests')(facts),
    words: 'too many requests',
  },
  { Kind: GenerationTimeoutError, fits: status(408), words: 'the provider gave up waiting' },
  { Kind: InvalidRequestError, fits: status(409, 425), words: 'not now', retryable: true },
  { Kind: ServerError, fits: status(501, 505), words: 'the server cannot do this', retryable: false },
  // So says TGI that a generation failed.
  { Kind: ServerError, fits: status(424), words: 'the server could not make the answer' },
  {
    Kind: InvalidRequestError,
    // Servers put these codes beside a status of 500 too, and then the status is right.
    fits: (facts) =>
      inRange(facts, 400, 499) ||
      (facts.status === undefined && coded(/^invalid_request/, 'badrequesterror')(facts)) ||
      isRefusedInside(facts),
    words: 'the request was refused',
  },
  {
    Kind: ServerError,
    fits: (facts) => facts.status === undefined || inRange(facts, 500, 599),
    words: 'the provider failed',
  },
];

/** What stands for the rest: a reply that is neither a success nor an error. */
const strange: Meaning = {
  Kind: ServerError,
  fits: () => true,
  words: 'the reply is neither a success nor an error',
  retryable: false,
};

/** A failed reply as an error of the family, with the provider's words but without secrets and prompts. */
export function errorFromStatus(failure: HttpFailure, origin: FailureOrigin): BackendError {
  const words = errorWords(failure.body);
  const facts: Facts = { ...words, status: failure.status ?? words.status };
  const meaning = meanings.find(({ fits }) => fits(facts)) ?? strange;
  const { provider, model, secrets, prompts = [], keyHint } = origin;
  const said = shortened(withoutEchoes(redact(words.message, secrets), prompts)) || meaning.words;
  const hint = meaning.Kind === AuthenticationError ? (keyHint ?? meaning.hint) : meaning.hint;
  const aside = [facts.status === undefined ? '' : `HTTP ${facts.status}`, hint ?? ''].filter(Boolean);
  return new meaning.Kind(`${provider}: ${said}${aside.length > 0 ? ` (${aside.join('; ')})` : ''}`, {
    provider,
    model,
    status: facts.status,
    retryable: shouldRetry(failure.headers) ?? meaning.retryable,
    retryAfterMs: retryAfterMs(failure.headers),
    requestId: failure.requestId ?? requestIdOf(failure.headers),
    cause: causeOf(said, facts, origin),
  });
}

/** More of a message is of no use to anybody. */
const MAX_LENGTH = 500;

function shortened(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

function inRange({ status }: Facts, from: number, to: number): boolean {
  return status !== undefined && status >= from && status <= to;
}

/** The provider's own words, status and code, as every cause has them. */
function causeOf(message: string, { status, codes }: Facts, origin: FailureOrigin): Error {
  const [code = ''] = codes;
  return Object.assign(new Error(message), {
    name: 'ProviderError',
    ...(status !== undefined && { status }),
    ...(isPlainCode(code, origin) && { code }),
  });
}

/** Servers put texts where a code belongs, and in a text may stand anything. Codes come in lower case. */
function isPlainCode(code: string, { secrets = [], prompts = [] }: FailureOrigin): boolean {
  const lower = secrets.map((secret) => secret.toLowerCase());
  const clean = withoutEchoes(redact(code, lower), prompts);
  return /^[\w.:-]{1,64}$/.test(code) && clean === code;
}

/** What the provider itself says about another try. */
function shouldRetry(headers: ReadableHeaders | undefined): boolean | undefined {
  const said = headers?.get('x-should-retry');
  return said === 'true' ? true : said === 'false' ? false : undefined;
}

const requestIds = ['x-request-id', 'request-id', 'x-global-transaction-id', 'cf-ray'];

function requestIdOf(headers: ReadableHeaders | undefined): string | undefined {
  for (const name of requestIds) {
    const id = headers?.get(name);
    if (id) return id;
  }
  return undefined;
}
