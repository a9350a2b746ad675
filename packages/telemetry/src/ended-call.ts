import type { ChatMessage, HookContext, ModelOutputThunk } from '@melliflow/core';
import { type Attributes, context, type Span, trace } from '@opentelemetry/api';
import { contentAttributes } from './captured-content.js';
import { errorTypeOf } from './error-type.js';
import type { Instruments } from './instruments.js';
import { modelAttributes } from './request-attributes.js';
import { responseAttributes } from './response-attributes.js';
import type { TelemetryKit } from './telemetry-kit.js';
import { countTokens, type TokenCounts } from './token-counts.js';

/** A call of a model that has ended, in whatever way. */
export interface EndedCall {
  readonly kind: 'chat' | 'text_completion';
  readonly outputs: readonly ModelOutputThunk<unknown>[];
  readonly prompts: readonly (string | ChatMessage[] | null)[];
  /** Null when it succeeded. */
  readonly error: Error | null;
  readonly latencyMs: number;
}

/** Ends the span of a call and measures it. A call that a plugin stopped before it began has none, and is none. */
export function endCall(kit: TelemetryKit, where: HookContext, call: EndedCall): void {
  const { kind, outputs, prompts, error } = call;
  const span = kit.spans.openSpan(where, kind);
  if (span === null) return;
  const errorType = error && errorTypeOf(error);
  const tokens = countTokens(outputs);
  tellWarnings(span, outputs);
  measure(kit.instruments(), where, call, tokens, errorType, span);
  const content = kit.captureContent ? contentAttributes(prompts, outputs) : {};
  kit.spans.end(where, kind, { ...responseAttributes(outputs, tokens), ...content }, errorType);
}

/** What was asked and not done, or done otherwise: by a fallback and a cache too. */
function tellWarnings(span: Span, outputs: readonly ModelOutputThunk<unknown>[]): void {
  for (const { kind, option, message } of outputs.flatMap(({ generation }) => generation.warnings)) {
    span.addEvent('melliflow.warning', {
      'melliflow.warning.kind': kind,
      'melliflow.warning.message': message,
      ...(option !== undefined && { 'melliflow.warning.option': option }),
    });
  }
}

function measure(
  { duration, tokenUsage, timeToFirstChunk, timePerOutputChunk }: Instruments,
  where: HookContext,
  { kind, outputs, latencyMs }: EndedCall,
  tokens: TokenCounts | null,
  errorType: string | null,
  span: Span,
): void {
  const at = trace.setSpan(context.active(), span);
  const model = outputs[0]?.generation.model;
  const labels: Attributes = {
    ...modelAttributes(kind, where),
    ...(model != null && { 'gen_ai.response.model': model }),
  };
  duration.record(latencyMs / 1000, { ...labels, ...(errorType && { 'error.type': errorType }) }, at);
  const paid = { input: tokens?.paidInput ?? 0, output: tokens?.paidOutput ?? 0 };
  for (const [type, count] of Object.entries(paid)) {
    if (count > 0) tokenUsage.record(count, { ...labels, 'gen_ai.token.type': type }, at);
  }
  const { ttfbMs = null, chunkTimesMs = [] } = outputs[0]?.generation ?? {};
  if (ttfbMs !== null) timeToFirstChunk.record(ttfbMs / 1000, labels, at);
  for (const [i, timeMs] of chunkTimesMs.entries()) {
    if (i > 0) timePerOutputChunk.record((timeMs - (chunkTimesMs[i - 1] as number)) / 1000, labels, at);
  }
}
