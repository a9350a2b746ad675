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

/** What is worth knowing of a run, as label and value. Of a chunk that was cut, only its length is told. */
export function summaryRows(
  result: StreamChunkingResult,
  verdict: Verdict,
  chunks: number,
): [label: string, value: string][] {
  const { generation, partialValue } = result.thunk;
  const hidden = [...partialValue.slice(result.fullText.length).trim()].length;
  return [
    ['verdict', verdicts[verdict.kind]],
    ['chunks', `${chunks} passed${result.streamingFailures.length > 0 ? ', 1 cut' : ''}`],
    ['tokens', tokens(generation, result.completed)],
    ['first text', generation.ttfbMs === null ? 'none came' : `after ${Math.round(generation.ttfbMs)} ms`],
    ['cut', hidden === 0 ? 'nothing' : `${plural(hidden, 'character')} generated but not shown`],
    ['finish', generation.finishReason ?? 'ended early'],
    ['model', [generation.provider, generation.model].filter((name) => name !== null).join(' ')],
  ];
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
