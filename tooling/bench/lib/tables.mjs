/** The figures of a case as a Markdown table, and a budget as a line. */
import { alignedTable } from '../../scripts/aligned-table.mjs';
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
  chunker: '**the chunker**',
  'one-pass': 'one pass, nothing else',
  partials: '**partials()**',
  walk: '**generateWalk**',
  'walk-deep': '**generateWalk**, each node in the one before',
  'context-add': '**Context.add**',
  'context-list': '**asList**',
};

/** What a row is called: a case may have names of its own for its ways, and packages of ours are bold. */
export const labelOf = (way, own = {}) =>
  own[way] ?? labels[way] ?? way.replace(/^@melliflow\/(.+)/, '**$1**');

export function number(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** The middle of each figure, and how those that a budget compares relate to the baseline, with their intervals. */
export function tableOf({ title, ways, labels: own, figures, baseline, budgets, rounds }) {
  const compared = baseline ? comparisonsOf(budgets, figures) : [];
  const head = ['', ...Object.values(figures), ...compared.map((one) => headOf(one, figures))];
  const rows = ways.map((way) => {
    const to = baseline?.(way);
    const middles = Object.keys(figures).map((figure) =>
      number(median(rounds[way].map((row) => row[figure]))),
    );
    const related = compared.map((one) =>
      to === way ? '' : intervalOf(compare(rounds, { way, to, ...one })),
    );
    return [labelOf(way, own), ...middles, ...related];
  });
  return [`### ${title}`, '', alignedTable(head, rows)].join('\n');
}

/** The figures that the budgets of a case compare, each once and as a budget does: by a ratio or a difference. */
function comparisonsOf(budgets, figures) {
  const compared = budgets.filter(({ to, figure }) => to && figure in figures);
  const byFigure = new Map(compared.map(({ figure, by = 'ratio' }) => [figure, { figure, by }]));
  return [...byFigure.values()];
}

const signOf = (by) => (by === 'difference' ? '−' : '÷');
const headOf = ({ figure, by }, figures) => `${figures[figure]} ${signOf(by)} baseline (95 % interval)`;
const intervalOf = ({ middle, low, high }) => `${number(middle)} (${number(low)} – ${number(high)})`;

/** The budgets of all cases as one table. */
export function budgetTable(results) {
  const rows = results.flatMap(({ title, labels: own, figures, budgets }) =>
    budgets.map((budget) => {
      const [what, to] = [budget.way, budget.to].map((way) => way && labelOf(way, own).replaceAll('*', ''));
      const compared = to ? `${what} ${signOf(budget.by)} ${to}` : what;
      const figure = figures[budget.figure] ?? budget.figure;
      return [title, compared, figure, budget.limit, intervalOf(budget), budget.isMet ? 'yes' : '**no**'];
    }),
  );
  return alignedTable(['case', 'what', 'figure', 'at most', 'found', 'met'], rows, 3);
}

export function verdictOf({ way, to, figure, by, limit, isMet, ...interval }) {
  const what = to ? `${figure} of ${way} ${signOf(by)} ${to}` : `${figure} of ${way}`;
  return `${isMet ? 'met   ' : 'MISSED'} ${what}: ${intervalOf(interval)}, at most ${limit}`;
}
