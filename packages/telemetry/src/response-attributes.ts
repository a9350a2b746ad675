import type { ModelOutputThunk } from '@melliflow/core';
import type { Attributes } from '@opentelemetry/api';
import type { TokenCounts } from './token-counts.js';

/** What came back: of a chat its one output, of a raw batch those that came. */
export function responseAttributes(
  outputs: readonly ModelOutputThunk<unknown>[],
  tokens: TokenCounts | null,
): Attributes {
  const [first] = outputs;
  if (!first) return {};
  const { model, responseId, ttfbMs } = first.generation;
  const finishReasons = outputs.flatMap(({ generation }) => generation.finishReason ?? []);
  return {
    ...(model !== null && { 'gen_ai.response.model': model }),
    ...(responseId !== null && outputs.length === 1 && { 'gen_ai.response.id': responseId }),
    ...(finishReasons.length > 0 && { 'gen_ai.response.finish_reasons': finishReasons }),
    ...(ttfbMs !== null && { 'gen_ai.response.time_to_first_chunk': ttfbMs / 1000 }),
    ...(tokens && {
      'gen_ai.usage.input_tokens': tokens.input,
      'gen_ai.usage.output_tokens': tokens.output,
      ...tokens.finer,
    }),
  };
}
