import {
  BackendError,
  type FinishReason,
  type GenerationWarning,
  type RawItem,
  type TokenLogprob,
} from '@melliflow/core';
import type { OutputSettings } from './output-settings.js';
import { type Replacements, redactedText } from './stream-redactor.js';

/** Any other end may have cut a match in two. */
export function isWholeEnd(reason: FinishReason): boolean {
  return reason === 'stop' || reason === 'tool_calls';
}

/** Says how often which patterns were replaced, and nothing of what they matched. */
export function replacedWarning(replaced: Replacements): GenerationWarning {
  const counts = [...replaced]
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => `patterns[${index}] (${count})`);
  return {
    kind: 'changed',
    option: 'redactOutput',
    message: `Replaced in the answer: ${counts.join(', ')}.`,
  };
}

/** Says that there were log probabilities, whose tokens would have told what was taken out. */
export const withoutLogprobs: GenerationWarning = {
  kind: 'changed',
  option: 'redactOutput',
  message: 'Something was redacted: the log probabilities of this answer are left out.',
};

/** Says that the answer ends earlier than the model's. */
export function withheldWarning(withheld: number): GenerationWarning {
  return {
    kind: 'changed',
    option: 'redactOutput',
    message: `The answer was cut: its last ${withheld} characters, which may begin a match, are left out.`,
  };
}

/**
 * Plain data of a tool call: texts redacted, and numbers that are matches replaced; names of members stay. Itself where
 * nothing changed.
 */
export function redactedArgs<T>(value: T, settings: OutputSettings, replaced: Replacements): T {
  if (typeof value === 'string' || typeof value === 'number') {
    const { text, isChanged } = redactedText(String(value), true, settings, replaced);
    return isChanged ? (text as T) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let isChanged = false;
  const members = Object.entries(value).map(([name, own]: [string, unknown]) => {
    const clean = redactedArgs(own, settings, replaced);
    isChanged ||= clean !== own;
    return [name, clean] as const;
  });
  if (!isChanged) return value;
  return (Array.isArray(value) ? members.map(([, clean]) => clean) : Object.fromEntries(members)) as T;
}

/** Whether a token that the model did not choose is a match. */
export function hasMatch(logprobs: readonly TokenLogprob[], settings: OutputSettings): boolean {
  return logprobs.some(({ token, top = [] }) =>
    [token, ...top.map((other) => other.token)].some((one) => redactedText(one, true, settings).isChanged),
  );
}

/** One answer of a raw batch. */
export function redactedItem(item: RawItem, settings: OutputSettings): RawItem {
  const isWhole = isWholeEnd(item.finishReason);
  const replaced: Replacements = new Map();
  const redacted = (own: string) => redactedText(own, isWhole, settings, replaced);
  const text = redacted(item.text);
  const thinking = item.thinking === undefined ? undefined : redacted(item.thinking);
  const withheld = text.withheld + (thinking?.withheld ?? 0);
  const isChanged = replaced.size > 0 || withheld > 0;
  const { logprobs, ...rest } = item;
  const warnings = [...(item.warnings ?? [])];
  const keeps = logprobs !== undefined && !isChanged && !hasMatch(logprobs, settings);
  if (replaced.size > 0) warnings.push(replacedWarning(replaced));
  if (logprobs !== undefined && !keeps) warnings.push(withoutLogprobs);
  if (withheld > 0) warnings.push(withheldWarning(withheld));
  return {
    ...rest,
    text: text.text,
    ...(thinking && { thinking: thinking.text }),
    ...(keeps && { logprobs }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** An error whose partial text, if it has one, is as clean as what went out. */
export function redactedError<E>(error: E, settings: OutputSettings): E {
  if (BackendError.is(error) && error.partialText) {
    error.partialText = redactedText(error.partialText, false, settings).text;
  }
  return error;
}
