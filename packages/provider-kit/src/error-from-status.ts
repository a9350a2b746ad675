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

const tooLong =
  /context (length|window|size)|maximum context|(prompt|input|request) (is |was )?too (long|large)|too many (input )?tokens|reduce the length|exceeds? (the )?(model'?s )?(max|context)/i;

/** What a failure means; the first that fits counts, and codes say more than the status. */
const meanings: readonly Meaning[] = [
  {
    Kind: QuotaError,
    fits: (facts) => status(402)(facts) || coded(/insufficient_(quota|credits?|funds)/, /billing/)(facts),
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
      (status(400, 413, 422, 500)(facts) && tooLong.test(facts.message)),
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
  {
    Kind: InvalidRequestError,
    fits: (facts) => inRange(facts, 400, 499) || coded(/^invalid_request/, 'badrequesterror')(facts),
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
  const { provider, model, secrets, prompts = [] } = origin;
  const said = withoutEchoes(redact(words.message, secrets), prompts) || meaning.words;
  const aside = [facts.status === undefined ? '' : `HTTP ${facts.status}`, meaning.hint ?? ''].filter(
    Boolean,
  );
  return new meaning.Kind(`${provider}: ${said}${aside.length > 0 ? ` (${aside.join('; ')})` : ''}`, {
    provider,
    model,
    status: facts.status,
    retryable: shouldRetry(failure.headers) ?? meaning.retryable,
    retryAfterMs: retryAfterMs(failure.headers),
    requestId: failure.requestId ?? requestIdOf(failure.headers),
    cause: causeOf(said, facts, secrets),
  });
}

function inRange({ status }: Facts, from: number, to: number): boolean {
  return status !== undefined && status >= from && status <= to;
}

/** The provider's own words, status and code, as every cause has them. */
function causeOf(message: string, { status, codes }: Facts, secrets: readonly string[] = []): Error {
  const [code = ''] = codes;
  return Object.assign(new Error(message), {
    name: 'ProviderError',
    ...(status !== undefined && { status }),
    ...(isPlainCode(code, secrets) && { code }),
  });
}

/** Servers put texts where a code belongs, and in a text may stand anything. Codes come in lower case. */
function isPlainCode(code: string, secrets: readonly string[]): boolean {
  const lower = secrets.map((secret) => secret.toLowerCase());
  return /^[\w.:-]{1,64}$/.test(code) && redact(code, lower) === code;
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
