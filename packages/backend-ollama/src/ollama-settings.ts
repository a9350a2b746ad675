import type { ChatFormatter } from '@melliflow/formatter';
import {
  type ClientRule,
  checkClient,
  checkFormatter,
  checkKey,
  checkProviderSettings,
  type ProviderSettings,
  wrongSetting,
} from '@melliflow/provider-kit';
import { checkHost } from './ollama-host.js';

/** What of the SDK's client the backend needs; `Ollama` of `ollama` and of `ollama/browser` has it. */
export interface OllamaClient {
  chat(request: never): Promise<unknown>;
  generate(request: never): Promise<unknown>;
}

/** Which model is asked, where, and how. */
export interface OllamaSettings extends ProviderSettings {
  /** Where the server is, without `/api` or `/v1`. Default: `OLLAMA_HOST`, else `http://127.0.0.1:11434`. */
  baseURL?: string | undefined;
  /** A key, sent as a bearer token. Default: none; for `https://ollama.com`, `OLLAMA_API_KEY`. */
  apiKey?: string | undefined;
  /** A client of the SDK of your own; then what concerns the connection is set there. */
  client?: OllamaClient | undefined;
  /** Turns components into messages and prompts. Default: a `TemplateFormatter`. */
  formatter?: ChatFormatter | undefined;
  /**
   * How long the server keeps the model in memory after a call: a duration (`'10m'`) or seconds; below 0 for ever.
   * Default: as the server is set, which is 5 minutes where nobody set it.
   */
  keepAlive?: string | number | undefined;
}

const owner = 'OllamaBackend';

const clientRule: ClientRule = {
  must: 'a client of the ollama package (new Ollama(…))',
  fits: (client) => {
    const { chat, generate } = (client ?? {}) as Partial<OllamaClient>;
    return typeof chat === 'function' && typeof generate === 'function';
  },
  idle: ['baseURL', 'apiKey', 'fetch'],
};

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkSettings(settings: OllamaSettings): void {
  checkProviderSettings(owner, settings);
  const { apiKey, baseURL, formatter, keepAlive } = settings;
  if (baseURL !== undefined) checkHost(baseURL, `${owner}: baseURL`);
  checkKey(owner, 'apiKey', apiKey);
  checkFormatter(owner, formatter);
  const isTime = typeof keepAlive === 'number' ? Number.isFinite(keepAlive) : isDuration(keepAlive);
  if (keepAlive !== undefined && !isTime) {
    throw wrongSetting(owner, 'keepAlive', "a duration such as '10m', or a number of seconds", keepAlive);
  }
  checkClient(owner, settings, clientRule);
}

/** As Go reads it: `1h30m`, `500ms`, `-1s`. */
function isDuration(value: unknown): boolean {
  return typeof value === 'string' && /^-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value);
}
