import { describe, isObject } from '../internal/describe.js';
import type { AbstractTool } from '../tool/abstract-tool.js';

/** How a model is asked. Per call they win over the backend's, key by key; `undefined` means not given. */
export interface ModelOptions {
  /** Whether the text arrives in pieces. Default false. */
  stream?: boolean | undefined;
  temperature?: number | undefined;
  maxNewTokens?: number | undefined;
  seed?: number | undefined;
  /** A system message put before the conversation. */
  systemPrompt?: string | undefined;
  /** Tools beside those of the action and the context; offered when a call says `toolCalls: true`. */
  tools?: readonly AbstractTool<never>[] | Readonly<Record<string, AbstractTool<never>>> | undefined;
  toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string } | undefined;
  /** The context length to run the model with, in tokens. */
  contextWindow?: number | undefined;
  /** Whether, or how hard, the model reasons before it answers. */
  thinking?: boolean | 'low' | 'medium' | 'high' | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  minP?: number | undefined;
  /** Texts that end the output; they do not stand in it. */
  stop?: readonly string[] | undefined;
  /** Whether to give log probabilities; a number asks for so many alternatives too. */
  logprobs?: boolean | number | undefined;
  presencePenalty?: number | undefined;
  frequencyPenalty?: number | undefined;
  repetitionPenalty?: number | undefined;
  /** Options of one provider, by its name; they reach its SDK untouched. */
  providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/** `base` with what `own` gives; `providerOptions` are merged provider by provider, key by key. */
export function mergeModelOptions(base: ModelOptions, own: ModelOptions = {}): ModelOptions {
  if (!isObject(own)) throw new TypeError(`modelOptions must be an object, got ${describe(own)}.`);
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(own)) if (value !== undefined) merged[key] = value;
  if (base.providerOptions && own.providerOptions) {
    const both: Record<string, unknown> = { ...base.providerOptions };
    for (const [name, options] of Object.entries(own.providerOptions)) {
      both[name] = { ...base.providerOptions[name], ...options };
    }
    merged.providerOptions = both;
  }
  return merged;
}
