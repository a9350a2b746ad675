import type { ChatFormatter } from '@melliflow/formatter';
import {
  checkClient,
  checkFormatter,
  checkKey,
  checkProviderSettings,
  type ProviderSettings,
  wrongSetting,
} from '@melliflow/provider-kit';
import { checkEndpoint } from './hf-endpoint.js';

/** What of the SDK's client the backend needs; `InferenceClient` has it. */
export interface HfClient {
  chatCompletion(args: never, options?: never): Promise<unknown>;
  textGeneration(args: never, options?: never): Promise<unknown>;
}

/** Which model is asked, where, and how. */
export interface HfSettings extends ProviderSettings {
  /** The model. At the router it may name who serves it: `openai/gpt-oss-120b:together`. */
  modelId: string;
  /**
   * The URL of an endpoint: an Inference Endpoint, TGI, or any server that speaks their wire; with or without its
   * `/v1`. Default: `HF_INFERENCE_ENDPOINT`, else the router of Hugging Face.
   */
  baseURL?: string | undefined;
  /**
   * A token of Hugging Face, or a key of the endpoint. Default: `HF_TOKEN` or `HUGGING_FACE_HUB_TOKEN` for the router
   * and for the endpoint that the environment names, else none.
   */
  apiKey?: string | undefined;
  /** The organization that pays, at the router. Default: you. */
  billTo?: string | undefined;
  /** A client of the SDK of your own; then what concerns the connection is set there. */
  client?: HfClient | undefined;
  /** Turns components into messages and prompts. Default: a `TemplateFormatter`. */
  formatter?: ChatFormatter | undefined;
  /**
   * Whether a raw batch is one request; false for servers that take one prompt at a time, or fewer than you have:
   * TGI takes 4 unless it is set otherwise. Default true.
   */
  rawBatch?: boolean | undefined;
}

const owner = 'HfBackend';

/** @throws TypeError that names the setting, what it got and what it takes. */
export function checkSettings(settings: HfSettings): void {
  checkProviderSettings(owner, settings);
  const { apiKey, baseURL, billTo, rawBatch } = settings;
  if (baseURL !== undefined) checkEndpoint(baseURL, `${owner}: baseURL`);
  checkKey(owner, 'apiKey', apiKey);
  checkKey(owner, 'billTo', billTo);
  checkFormatter(owner, settings.formatter);
  if (rawBatch !== undefined && typeof rawBatch !== 'boolean') {
    throw wrongSetting(owner, 'rawBatch', 'a boolean', rawBatch);
  }
  checkClient(owner, settings, {
    must: 'a client of the @huggingface/inference package (new InferenceClient(…))',
    fits: (client) =>
      typeof (client as HfClient | null)?.chatCompletion === 'function' &&
      typeof (client as HfClient).textGeneration === 'function',
    idle: ['baseURL', 'apiKey', 'billTo', 'fetch'],
  });
}
