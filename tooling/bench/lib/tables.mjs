/** The figures of a case as a Markdown table, and a budget as a line. */
import { compare, median } from './statistics.mjs';

/** What a way is called in tables. */
const labels = {
  fetch: 'bare fetch loop',
  'openai-sdk': 'openai SDK',
  'ollama-sdk': 'ollama SDK',
  'hf-sdk': '@huggingface/inference SDK',
  'watsonx-sdk': '@ibm-cloud/watsonx-ai SDK',
  openai: '**backend-openai**',
  ollama: '**backend-ollama**',
  hf: '**backend-hf**',
  watsonx: '**backend-watsonx**',
  'openai-validated': '**backend-openai, validated**',
  'ollama-validated': '**backend-ollama, validated**',
  'hf-validated': '**backend-hf, validated**',
  'watsonx-validated': '**backend-watsonx, validated**',
  'ai-sdk': 'AI SDK',
  langchain: 'LangChain.js',
  melliflow: '**backend-openai**',
  chunker: '**SentenceChunker**',
  'one-pass': 'one pass, nothing else',
  partials: '**partials()**',
  walk: '**generateWalk**',
  'context-add': '**Context.add**',
  'context-list': '**asList**',
};
export const labelOf = (way) => labels[way] ?? way;

export function number(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** The middle of each figure, and how the first one relates to the baseline within the rounds, with its interval. */
export function tableOf({ title, ways, figures, baseline, rounds }) {
  const [first] = Object.keys(figures);
  const base = baseline?.(ways[0]);
  const head = ['', ...Object.values(figures), ...(base ? ['× its baseline (95 % interval)'] : [])];
  const rows = ways.map((way) => {
    const cells = Object.keys(figures).map((figure) => number(median(rounds[way].map((row) => row[figure]))));
    if (!base) return [labelOf(way), ...cells];
    const to = baseline(way);
    if (to === way) return [labelOf(way), ...cells, '1'];
    const { middle, low, high } = compare(rounds, { way, to, figure: first });
    return [labelOf(way), ...cells, `${number(middle)} (${number(low)} – ${number(high)})`];
  });
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, index) => (index === 0 ? '---' : '---:')));
  return [`### ${title}`, '', line(head), rule, ...rows.map(line)].join('\n');
}

export function verdictOf({ way, to, figure, by = 'ratio', limit, middle, low, high, isMet }) {
  const what = to ? `${figure} of ${way} ${by === 'ratio' ? '÷' : '−'} ${to}` : `${figure} of ${way}`;
  return `${isMet ? 'met   ' : 'MISSED'} ${what}: ${number(middle)} (${number(low)} – ${number(high)}), at most ${limit}`;
}
