/** What was measured of a case, beside what the case says of itself. */
import { readFileSync } from 'node:fs';
import { cases } from '../cases.mjs';
import { judge } from './judge.mjs';
import { machine } from './machine.mjs';
import { versions } from './versions.mjs';

/** The result of a case. A file may be older than a way of its case; such a way is left out. */
export function resultOf(name, rounds) {
  const { budgets, ways, ...rest } = cases[name];
  const isThere = (way) => way === undefined || way in rounds;
  const asked = budgets.filter(({ way, to }) => isThere(way) && isThere(to));
  const measured = { ...rest, name, ways: ways.filter(isThere), budgets: asked };
  return { ...measured, rounds, budgets: judge(measured, rounds) };
}

/** A run: its results, and where they come from. */
export function newRun(results) {
  return { machine: machine(), versions: versions(), results };
}

/** What `--json` keeps of a run: the figures of every round. */
export function keptOf({ results, ...where }) {
  const figures = results.map(({ name, sizes, rounds }) => ({ name, sizes, rounds }));
  return { ...where, figures, budgets: results.flatMap(({ budgets }) => budgets) };
}

/** A run that was kept, judged by what the cases allow today. */
export function readRun(file) {
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  const known = kept.figures.filter(({ name }) => name in cases);
  const results = known.map(({ name, rounds }) => resultOf(name, rounds));
  return { machine: kept.machine, versions: kept.versions ?? versions(), results };
}
