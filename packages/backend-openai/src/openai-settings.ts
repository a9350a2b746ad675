import type { ChatFormatter } from '@melliflow/formatter';
import { checkProviderSettings, type ProviderSettings, wrongSetting } from '@melliflow/provider-kit';

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
   * The key, or what gives one for each request. Default: `OPENAI_API_KEY`. A server of your own that wants none
   * gets `none`.
   */
  apiKey?: string | (() => Promise<string>) | undefined;
  /** Whom OpenAI bills. Default: `OPENAI_ORG_ID`, unless a `baseURL` is given. */
  organization?: string | null | undefined;
  /** Default: `OPENAI_PROJECT_ID`, unless a `baseURL` is given. */
  project?: string | null | undefined;
  /**
   * Headers of every request, such as a gateway wants them. Those of `OPENAI_CUSTOM_HEADERS` go beside them, unless a
   * `baseURL` is given.
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

/** Set on the client, where there is one. */
const connection = [
  'baseURL',
  'apiKey',
  'fetch',
  'organization',
  'project',
  'defaultHeaders',
  'dangerouslyAllowBrowser',
] as const;

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkSettings(settings: OpenAISettings): void {
  checkProviderSettings(owner, settings);
  const { apiKey, client, formatter, maxTokensField, defaultHeaders } = settings;
  if (apiKey !== undefined && typeof apiKey !== 'function' && !isKey(apiKey)) {
    // Not what it got: that may be a key all the same.
    const must = 'a key (plain characters, no spaces or line ends), or a function that gives one';
    throw new TypeError(`${owner}: apiKey must be ${must}.`);
  }
  if (formatter !== undefined && typeof formatter?.toChatMessages !== 'function') {
    throw wrongSetting(owner, 'formatter', 'a ChatFormatter', formatter);
  }
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
  if (defaultHeaders !== undefined && !Object.values(defaultHeaders ?? [null]).every(isText)) {
    throw new TypeError(`${owner}: defaultHeaders must be an object of texts.`);
  }
  if (client !== undefined) checkClient(client, settings);
}

function checkClient(client: OpenAIClient, settings: OpenAISettings): void {
  if (typeof client?.chat?.completions?.create !== 'function') {
    throw wrongSetting(owner, 'client', 'a client of the openai package (new OpenAI(…))', client);
  }
  const idle = connection.filter((name) => settings[name] !== undefined);
  if (idle.length > 0) {
    throw new TypeError(`${owner}: ${idle.join(', ')} must be set on the client that you give.`);
  }
}

/** What can stand in a header: keys read from a file often end in a line end. */
function isKey(value: unknown): boolean {
  return typeof value === 'string' && /^[!-~]+$/.test(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
