/** A bar for each way of one stream: CPU for each token. */
import { median } from './statistics.mjs';
import { labelOf, number } from './tables.mjs';

const shown = ['fetch', 'openai', 'openai-validated', 'openai-sdk', 'langchain', 'ai-sdk'];
const row = 34;
const left = 230;
const width = 720;

export function plotOf({ rounds, title }) {
  const bars = shown.map((way) => ({
    label: labelOf(way).replaceAll('*', ''),
    isOurs: labelOf(way).startsWith('**'),
    value: median(rounds[way].map(({ cpuUs }) => cpuUs)),
  }));
  const most = Math.max(...bars.map(({ value }) => value));
  const lengthOf = (value) => ((width - left - 70) * value) / most;
  const height = 56 + bars.length * row;
  const drawn = bars.map(({ label, isOurs, value }, index) => {
    const y = 46 + index * row;
    const length = lengthOf(value).toFixed(1);
    return [
      `<text class="label" x="${left - 10}" y="${y + 15}" text-anchor="end">${label}</text>`,
      `<rect class="${isOurs ? 'ours' : 'theirs'}" x="${left}" y="${y}" width="${length}" height="21" rx="3"/>`,
      `<text class="value" x="${left + Number(length) + 8}" y="${y + 15}">${number(value)}</text>`,
    ].join('\n  ');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
  <title id="title">${title}: CPU microseconds for each token</title>
  <style>
    text { font: 14px system-ui, sans-serif; fill: #24292f }
    .head { font-weight: 600 }
    .value { font-variant-numeric: tabular-nums }
    .ours { fill: #d97706 }
    .theirs { fill: #94a3b8 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .theirs { fill: #64748b } .ours { fill: #f59e0b } }
  </style>
  <text class="head" x="0" y="22">${title}: CPU µs for each token (less is better)</text>
  ${drawn.join('\n  ')}
</svg>
`;
}
