import type { ChatFormatter } from '@melliflow/formatter';
import {
  type ClientRule,
  checkClient,
  checkFormatter,
  checkHeaders,
  checkKey,
  checkProviderSettings,
  type ProviderSettings,
  wrongSetting,
} from '@melliflow/provider-kit';

/** What of the SDK's client the backend needs; `OpenAI` and `AzureOpenAI` of openai 6 and 7 have it. */
export interface OpenAIClient {
  readonly baseURL?: string | undefined;
  readonly chat: { readonly completions: OpenAIResource };
  readonly completions: OpenAIResource;
}

/** One resource of the SDK. */
export interface OpenAIResource {
  create(body: never, options?: never): { asResponse(): Promise<Response> };
}

/** Which model is asked, where, and how. */
export interface OpenAISettings extends ProviderSettings {
  /** Where the API is reached, with its `/v1`. Default: `OPENAI_BASE_URL`, else OpenAI itself. */
  baseURL?: string | undefined;
  /**
   * The key, or what gives one for each request. Default: `OPENAI_API_KEY`, which goes only to OpenAI, or to the server
   * that `OPENAI_BASE_URL` names. A server that a `baseURL` names gets `none`.
   */
  apiKey?: string | (() => Promise<string>) | undefined;
  /** Whom OpenAI bills. Default: `OPENAI_ORG_ID`, where the key's default goes. */
  organization?: string | null | undefined;
  /** Default: `OPENAI_PROJECT_ID`, likewise. */
  project?: string | null | undefined;
  /**
   * Headers of every request, such as a gateway wants them. Those of `OPENAI_CUSTOM_HEADERS` go beside them, where the
   * key's default goes.
   */
  defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** The SDK refuses to run in a browser, where everybody can read the key, unless this is true. */
  dangerouslyAllowBrowser?: boolean | undefined;
  /** A client of the SDK of your own; then what concerns the connection is set there. */
  client?: OpenAIClient | undefined;
  /** Turns components into messages and prompts. Default: a `TemplateFormatter`. */
  formatter?: ChatFormatter | undefined;
  /**
   * What the limit of new tokens is called. Default: `max_completion_tokens` at OpenAI and for its reasoning models
   * anywhere, else `max_tokens`, which every compatible server knows.
   */
  maxTokensField?: 'max_tokens' | 'max_completion_tokens' | undefined;
  /** Whether a format is sent in OpenAI's strict form; else the schema goes as it is. Default true. */
  strictFormat?: boolean | undefined;
  /** Whether a raw batch is one request; false for servers that take one prompt at a time. Default true. */
  rawBatch?: boolean | undefined;
}

const owner = 'OpenAIBackend';

const clientRule: ClientRule = {
  must: 'a client of the openai package (new OpenAI(…))',
  fits: (client) => typeof (client as OpenAIClient | null)?.chat?.completions?.create === 'function',
  idle: [
    'baseURL',
    'apiKey',
    'fetch',
    'organization',
    'project',
    'defaultHeaders',
    'dangerouslyAllowBrowser',
  ],
};

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkSettings(settings: OpenAISettings): void {
  checkProviderSettings(owner, settings);
  const { apiKey, formatter, maxTokensField, defaultHeaders } = settings;
  if (typeof apiKey !== 'function') checkKey(owner, 'apiKey', apiKey, ', or a function that gives one');
  checkFormatter(owner, formatter);
  if (maxTokensField !== undefined && !/^max_(completion_)?tokens$/.test(maxTokensField)) {
    throw wrongSetting(owner, 'maxTokensField', "'max_tokens' or 'max_completion_tokens'", maxTokensField);
  }
  for (const name of ['strictFormat', 'rawBatch', 'dangerouslyAllowBrowser'] as const) {
    const value = settings[name];
    if (value !== undefined && typeof value !== 'boolean')
      throw wrongSetting(owner, name, 'a boolean', value);
  }
  for (const name of ['organization', 'project'] as const) {
    const value = settings[name];
    if (value != null && !isText(value)) throw wrongSetting(owner, name, 'a text or null', value);
  }
  checkHeaders(owner, 'defaultHeaders', defaultHeaders);
  checkClient(owner, settings, clientRule);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
