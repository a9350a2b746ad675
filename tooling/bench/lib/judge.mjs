/** Whether budgets are met: the middle of the interval decides. */
import { compare, medianWithInterval } from './statistics.mjs';

export function judge({ budgets, title }, rounds) {
  return budgets.map((budget) => {
    const { way, to, figure, limit } = budget;
    const interval = to ? compare(rounds, budget) : medianWithInterval(rounds[way].map((row) => row[figure]));
    return { title, ...budget, ...interval, isMet: interval.middle <= limit };
  });
}
