import type { GenerationMetadata } from '@melliflow/core';
import type { StreamChunkingResult } from '@melliflow/streaming';
import type { Verdict } from './verdict.js';

const verdicts: Readonly<Record<Verdict['kind'], string>> = {
  passed: 'passed',
  failed: 'failed',
  unchecked: 'complete, nothing was required',
  stopped: 'interrupted',
  broken: 'ended by an error',
};

/** The same of a text that came to its end because the model might not go on. */
const verdictsAtTokenLimit: typeof verdicts = {
  ...verdicts,
  passed: 'passed, but the text was cut at the token limit',
  failed: 'failed, and the text was cut at the token limit',
  unchecked: 'the text was cut at the token limit, nothing was required',
};

/** What only the command knows of a run. */
export interface RunFacts {
  /** How many were shown. */
  readonly chunks: number;
  /** Null where nothing was loaded ahead. */
  readonly loadMs: number | null;
}

/** What is worth knowing of a run, as label and value. Of a chunk that was cut, only its length is told. */
export function summaryRows(
  result: StreamChunkingResult,
  verdict: Verdict,
  { chunks, loadMs }: RunFacts,
): [label: string, value: string][] {
  const { generation, partialValue } = result.thunk;
  const atTokenLimit = result.completed && generation.finishReason === 'length';
  const hidden = [...partialValue.slice(result.fullText.length).trim()].length;
  return [
    ['verdict', atTokenLimit ? verdictsAtTokenLimit[verdict.kind] : verdicts[verdict.kind]],
    ['chunks', `${chunks} passed${result.streamingFailures.length > 0 ? ', 1 cut' : ''}`],
    ['tokens', tokens(generation, result.completed)],
    ...time('loaded', loadMs),
    ...time('first text', chunks === 0 ? null : generation.ttfbMs),
    ['held back', hidden === 0 ? 'nothing' : `${plural(hidden, 'character')} generated but not shown`],
    ['finish', generation.finishReason ?? 'ended early'],
    ['model', [generation.provider, generation.model].filter((name) => name !== null).join(' ')],
  ];
}

function time(label: string, ms: number | null): [label: string, value: string][] {
  return ms === null ? [] : [[label, `after ${Math.round(ms)} ms`]];
}

function tokens({ usage }: GenerationMetadata, completed: boolean): string {
  if (usage === null)
    return completed ? 'the provider gave no count' : 'not counted, as the stream ended early';
  const { promptTokens, completionTokens, estimated } = usage;
  return `${promptTokens} in, ${completionTokens} out${estimated ? ' (estimated)' : ''}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
