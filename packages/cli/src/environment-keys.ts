import type { BackendName } from './load-backend.js';

/** The settings of a backend that hold its key. */
export interface KeySettings {
  readonly apiKey?: string;
  readonly bearerToken?: string;
}

/** A setting, its variable, and the kind of authentication that it is of where a provider has several. */
type KeyVariable = readonly [setting: keyof KeySettings, variable: string, kind?: string];

const keyVariables: Readonly<Partial<Record<BackendName, readonly KeyVariable[]>>> = {
  openai: [['apiKey', 'OPENAI_API_KEY']],
  hf: [
    ['apiKey', 'HF_TOKEN'],
    ['apiKey', 'HUGGING_FACE_HUB_TOKEN'],
  ],
  watsonx: [
    ['apiKey', 'WATSONX_AI_APIKEY', 'iam'],
    ['apiKey', 'WATSONX_APIKEY', 'iam'],
    ['apiKey', 'WATSONX_API_KEY', 'iam'],
    ['bearerToken', 'WATSONX_AI_BEARER_TOKEN', 'bearertoken'],
  ],
};

/** The key of the environment for an address of the command line, since whoever names the address has set it. */
export function environmentKey(backend: BackendName): KeySettings {
  const chosen = process.env.WATSONX_AI_AUTH_TYPE?.trim().toLowerCase() || undefined;
  for (const [setting, variable, kind] of keyVariables[backend] ?? []) {
    const key = process.env[variable]?.trim();
    const fits = kind === undefined || chosen === undefined || kind === chosen;
    if (key && fits) return { [setting]: key };
  }
  return {};
}
