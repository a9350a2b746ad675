import { describe, isObject, isPlainObject } from '../internal/describe.js';
import type { GenerationWarning } from '../thunk/generation-metadata.js';
import type { BackendCapabilities } from './backend-capabilities.js';
import type { ModelOption } from './model-option.js';
import type { ModelOptions } from './model-options.js';

/** What an option must be, in words and as a check; and the capability without which it cannot be honoured. */
export interface OptionRule {
  must: string;
  fits(value: unknown): boolean;
  needs?: keyof BackendCapabilities;
}

const isTool = (value: unknown): boolean => isObject(value) && typeof value.name === 'string';
const aNumber: OptionRule = { must: 'a finite number', fits: (v) => Number.isFinite(v) };
const aBoolean: OptionRule = { must: 'a boolean', fits: (v) => typeof v === 'boolean' };
const aCount: OptionRule = {
  must: 'a whole number from 1 up',
  fits: (v) => Number.isInteger(v) && (v as number) >= 1,
};
const aShare: OptionRule = {
  must: 'a number from 0 to 1',
  fits: (v) => (v as number) >= 0 && (v as number) <= 1,
};
const efforts: readonly unknown[] = [true, false, 'low', 'medium', 'high'];
const choices: readonly unknown[] = ['auto', 'none', 'required'];

export const optionRules: Record<ModelOption, OptionRule> = {
  stream: { ...aBoolean, needs: 'streaming' },
  temperature: { must: 'a number from 0 up', fits: (v) => Number.isFinite(v) && (v as number) >= 0 },
  maxNewTokens: aCount,
  seed: { must: 'a whole number', fits: Number.isSafeInteger, needs: 'seed' },
  systemPrompt: { must: 'a string', fits: (v) => typeof v === 'string' },
  tools: {
    must: 'an array or a record of tools',
    fits: (v) => (Array.isArray(v) || isPlainObject(v)) && Object.values(v).every(isTool),
  },
  toolChoice: {
    must: "'auto', 'none', 'required' or { name }",
    fits: (v) => choices.includes(v) || isTool(v),
    needs: 'toolChoice',
  },
  contextWindow: aCount,
  thinking: {
    must: "a boolean, 'low', 'medium' or 'high'",
    fits: (v) => efforts.includes(v),
    needs: 'thinking',
  },
  topP: aShare,
  topK: aCount,
  minP: aShare,
  stop: {
    must: 'an array of non-empty strings',
    fits: (v) => Array.isArray(v) && v.every((text) => typeof text === 'string' && text !== ''),
  },
  logprobs: {
    must: 'a boolean or a number from 0 up',
    fits: (v) => typeof v === 'boolean' || (Number.isInteger(v) && (v as number) >= 0),
    needs: 'logprobs',
  },
  presencePenalty: aNumber,
  frequencyPenalty: aNumber,
  repetitionPenalty: aNumber,
  providerOptions: { must: "an object of objects, by the provider's name", fits: isObject },
};

/**
 * Gives a warning for every option that is unknown or that the backend says it cannot honour.
 *
 * @throws TypeError when a value is not what its option takes.
 */
export function checkModelOptions(
  options: ModelOptions,
  capabilities: BackendCapabilities,
): GenerationWarning[] {
  const warnings: GenerationWarning[] = [];
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule: OptionRule | undefined = Object.hasOwn(optionRules, option)
      ? optionRules[option as ModelOption]
      : undefined;
    if (rule === undefined) {
      const message = `modelOptions.${option} is not known; a provider's own options go under providerOptions.<provider>.`;
      warnings.push({ kind: 'unsupported', option, message });
    } else if (!rule.fits(value)) {
      throw new TypeError(`modelOptions.${option} must be ${rule.must}, got ${describe(value)}.`);
    } else if (rule.needs && !capabilities[rule.needs] && value !== false) {
      warnings.push({ kind: 'unsupported', option, message: `The backend does not honour ${option}.` });
    }
  }
  return warnings;
}
