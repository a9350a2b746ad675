// npm run bench                     every case; a table on the screen
// npm run bench -- --quick          fewer rounds, smaller work: whether it runs, and roughly how it stands
// npm run bench -- --case calls     one case, or several
// npm run bench -- --json FILE      the figures of every round, too
// npm run bench -- --docs           writes the tables and the plot of docs/performance.md
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cases } from './cases.mjs';
import { judge } from './lib/judge.mjs';
import { machine } from './lib/machine.mjs';
import { runFresh, startServer } from './lib/process.mjs';
import { tableOf, verdictOf } from './lib/tables.mjs';
import { versions } from './lib/versions.mjs';
import { writeDocs } from './lib/write-docs.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true },
    json: { type: 'string' },
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

const server = await startServer(process.execPath);
const results = [];
try {
  for (const name of names) {
    const measured = cases[name];
    const startedAt = performance.now();
    const rounds = await measureCase(measured, server.origin);
    const result = { name, ...measured, rounds, budgets: judge(measured, rounds) };
    results.push(result);
    console.log(`\n${tableOf(result)}\n`);
    for (const budget of result.budgets) console.log(verdictOf(budget));
    console.log(`(${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
  }
} finally {
  server.stop();
}
const budgets = results.flatMap((result) => result.budgets);
const met = budgets.filter(({ isMet }) => isMet).length;
console.log(`\n${met} of ${budgets.length} budgets met on ${machine()}.`);
if (options.json) {
  const figures = results.map(({ name, sizes, rounds }) => ({ name, sizes, rounds }));
  writeFileSync(options.json, `${JSON.stringify({ machine: machine(), figures, budgets }, null, 2)}\n`);
}
if (options.docs) writeDocs(results, versions());
