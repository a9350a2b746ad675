import type { GenerationWarning, RawCall } from '@melliflow/core';
import { unsupportedOption } from '@melliflow/provider-kit';
import type { WatsonxAddressee } from './watsonx-endpoint.js';
import { toRawOptions } from './watsonx-options.js';
import type { WatsonxRequest } from './watsonx-requests.js';

/** A raw prompt as it is asked for. */
export interface RawRequest extends WatsonxRequest {
  readonly warnings: readonly GenerationWarning[];
}

const noFormat = unsupportedOption(
  'format',
  'Raw completions are not constrained to a format; the text is checked afterwards.',
);

/** The request for one prompt. `providerOptions.watsonx` goes over it; its `parameters` go over ours one by one. */
export function toRawRequest(
  { modelOptions, format }: RawCall,
  prompt: string,
  { isDeployment, names }: WatsonxAddressee,
): RawRequest {
  const { fields, warnings } = toRawOptions(modelOptions);
  const own = modelOptions.providerOptions?.watsonx;
  const parameters = { ...fields, ...(own?.parameters as object | undefined) };
  return {
    method: isDeployment ? 'deploymentGenerateText' : 'generateText',
    params: { ...names, input: prompt, ...own, parameters },
    warnings: format ? [...warnings, noFormat] : warnings,
  };
}
