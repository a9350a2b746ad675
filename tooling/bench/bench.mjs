// npm run bench                     every case; a table on the screen
// npm run bench -- --quick          fewer rounds, smaller work: whether it runs, and roughly how it stands
// npm run bench -- --case calls     one case, or several
// npm run bench -- --json FILE      the figures of every round, too
// npm run bench -- --docs           writes the tables and the plot of docs/performance.md, and the tables of README.md
// npm run bench -- --from FILE      measures nothing: takes the figures that --json kept
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cases } from './cases.mjs';
import { runFresh, startServer } from './lib/process.mjs';
import { keptOf, newRun, readRun, resultOf } from './lib/results.mjs';
import { tableOf, verdictOf } from './lib/tables.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true },
    json: { type: 'string' },
    from: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
});
const names = options.case ?? Object.keys(cases);
const unknown = names.find((name) => !(name in cases));
if (unknown !== undefined) {
  console.error(`There is no case ${unknown}. There are: ${Object.keys(cases).join(', ')}.`);
  process.exit(2);
}

/** Rounds of all ways; the order turns, so that no way is always the first after a pause. */
async function measureCase({ worker, sizes, ways, rounds, nodeOptions = [] }, origin) {
  const rows = Object.fromEntries(ways.map((way) => [way, []]));
  const given = JSON.stringify(options.quick ? smaller(sizes) : sizes);
  for (let round = 0; round < (options.quick ? Math.min(rounds, 3) : rounds); round += 1) {
    for (let turn = 0; turn < ways.length; turn += 1) {
      const way = ways[(turn + round) % ways.length];
      const args = [...nodeOptions, `workers/${worker}.mjs`, way, origin, given];
      rows[way].push(await runFresh(process.execPath, args));
    }
  }
  return rows;
}

/** A tenth of the work, but not of what makes it what it is. */
function smaller(sizes) {
  const shrink = ['calls', 'streams', 'characters', 'bytes', 'nodes', 'prompts', 'shots'];
  const entries = Object.entries(sizes).map(([name, value]) => [
    name,
    shrink.includes(name) ? Math.ceil(value / 10) : value,
  ]);
  return Object.fromEntries(entries);
}

function show(result) {
  console.log(`\n${tableOf(result)}\n`);
  for (const budget of result.budgets) console.log(verdictOf(budget));
}

async function measureAll() {
  const server = await startServer(process.execPath);
  const results = [];
  try {
    for (const name of names) {
      const startedAt = performance.now();
      const result = resultOf(name, await measureCase(cases[name], server.origin));
      results.push(result);
      show(result);
      console.log(`(${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    }
  } finally {
    server.stop();
  }
  return newRun(results);
}

/** What was kept, and of that the cases that are asked for. */
function readAll(file) {
  const run = readRun(file);
  const results = run.results.filter(({ name }) => names.includes(name));
  for (const result of results) show(result);
  return { ...run, results };
}

const run = options.from ? readAll(options.from) : await measureAll();
const budgets = run.results.flatMap((result) => result.budgets);
const met = budgets.filter(({ isMet }) => isMet).length;
console.log(`\n${met} of ${budgets.length} budgets met on ${run.machine}.`);
if (options.json) writeFileSync(options.json, `${JSON.stringify(keptOf(run), null, 2)}\n`);
if (options.docs) {
  const { writeDocs } = await import('./lib/write-docs.mjs');
  await writeDocs(run);
}
