import type { GenerationMetadata, TokenUsage } from '@melliflow/core';
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
  const { attempts, completed, thunk } = result;
  const { generation } = thunk;
  const atTokenLimit = completed && generation.finishReason === 'length';
  const hidden = hiddenCharacters(result);
  const cut = attempts.filter(({ reason }) => reason !== null).length;
  return [
    ['verdict', atTokenLimit ? verdictsAtTokenLimit[verdict.kind] : verdicts[verdict.kind]],
    ['chunks', `${chunks} passed${cut > 0 ? `, ${cut} cut` : ''}`],
    // Why the last one failed stands above.
    ...attempts.slice(0, -1).map(({ reason }): [string, string] => ['tried again', reason ?? '']),
    ['tokens', attempts.length > 1 ? tokensOf(result.account.usage) : tokens(generation, completed)],
    ...time('loaded', loadMs),
    ...time('first text', chunks === 0 || attempts.length > 1 ? null : generation.ttfbMs),
    ['held back', hidden === 0 ? 'nothing' : `${plural(hidden, 'character')} generated but not shown`],
    ['finish', generation.finishReason ?? 'ended early'],
    ['model', [generation.provider, generation.model].filter((name) => name !== null).join(' ')],
  ];
}

/** Of several attempts, what all of them wrote beyond the text that stands. */
function hiddenCharacters({ attempts, fullText, thunk }: StreamChunkingResult): number {
  if (attempts.length < 2) return [...thunk.partialValue.slice(fullText.length).trim()].length;
  const written = attempts.reduce((sum, { textLength }) => sum + textLength, 0);
  return Math.max(0, written - fullText.length);
}

function time(label: string, ms: number | null): [label: string, value: string][] {
  return ms === null ? [] : [[label, `after ${Math.round(ms)} ms`]];
}

function tokens({ usage }: GenerationMetadata, completed: boolean): string {
  if (usage === null)
    return completed ? 'the provider gave no count' : 'not counted, as the stream ended early';
  return tokensOf(usage);
}

function tokensOf({ promptTokens, completionTokens, estimated }: TokenUsage): string {
  return `${promptTokens} in, ${completionTokens} out${estimated ? ' (estimated)' : ''}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
