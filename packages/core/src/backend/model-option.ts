import { optionRules } from './check-model-options.js';

interface ModelOptionNames {
  readonly STREAM: 'stream';
  readonly TEMPERATURE: 'temperature';
  readonly MAX_NEW_TOKENS: 'maxNewTokens';
  readonly SEED: 'seed';
  readonly SYSTEM_PROMPT: 'systemPrompt';
  readonly TOOLS: 'tools';
  readonly TOOL_CHOICE: 'toolChoice';
  readonly CONTEXT_WINDOW: 'contextWindow';
  readonly THINKING: 'thinking';
  readonly TOP_P: 'topP';
  readonly TOP_K: 'topK';
  readonly MIN_P: 'minP';
  readonly STOP: 'stop';
  readonly LOGPROBS: 'logprobs';
  readonly PRESENCE_PENALTY: 'presencePenalty';
  readonly FREQUENCY_PENALTY: 'frequencyPenalty';
  readonly REPETITION_PENALTY: 'repetitionPenalty';
  readonly PROVIDER_OPTIONS: 'providerOptions';
}

/** The name of an option that all providers share. */
export type ModelOption = ModelOptionNames[keyof ModelOptionNames];

/** The options by the names of the reference: `ModelOption.MAX_NEW_TOKENS` is `'maxNewTokens'`. */
export const ModelOption: ModelOptionNames = Object.fromEntries(
  Object.keys(optionRules).map((option) => [option.replace(/[A-Z]/g, '_$&').toUpperCase(), option]),
) as never;
