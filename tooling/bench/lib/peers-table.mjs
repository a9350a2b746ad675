/** The short table of README.md: what the same work costs with us, with the bare SDK and with other libraries. */
import { alignedTable } from '../../scripts/aligned-table.mjs';
import { median } from './statistics.mjs';
import { number } from './tables.mjs';

const columns = ['Melliflow', 'openai SDK, bare', 'AI SDK', 'LangChain.js'];
const four = ['openai', 'openai-sdk', 'ai-sdk', 'langchain'];

/** A case, what is shown of it, and what it calls the columns; a column that it does not have is a dash. */
const rows = [
  { label: 'a short call, µs of CPU', name: 'calls', figure: 'cpuUs', ways: four },
  { label: 'a streamed token, µs of CPU', name: 'stream', figure: 'cpuUs', ways: four },
  { label: '… with each sentence checked', name: 'stream', figure: 'cpuUs', ways: ['openai-validated'] },
  { label: '500 streams at once, peak memory in MB', name: 'many', figure: 'peakMb', ways: four },
  {
    label: 'import, ms; Melliflow loads the SDK with the first call',
    name: 'import',
    figure: 'wallMs',
    ways: ['@melliflow/backend-openai', 'openai', 'ai', '@langchain/openai'],
  },
  {
    label: 'a bundled program, KB gzipped',
    name: 'bundle',
    figure: 'gzipKb',
    ways: ['melliflow', 'openai-sdk', 'ai-sdk', 'langchain'],
  },
];

export function peersTable(results) {
  const lines = rows.flatMap(({ label, name, figure, ways }) => {
    const rounds = results.find((result) => result.name === name)?.rounds;
    return rounds ? [[label, ...columns.map((_, index) => cellOf(rounds[ways[index]], figure))]] : [];
  });
  return alignedTable(['', ...columns], lines);
}

const cellOf = (round, figure) => (round ? number(median(round.map((row) => row[figure]))) : '–');
