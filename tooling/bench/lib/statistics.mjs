/** Figures of paired rounds. */
import { random } from './texts.mjs';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/**
 * The median and its 95 % interval, by a percentile bootstrap with a fixed seed (Efron 1979): the rounds are drawn
 * again with replacement, and the middle 95 % of the medians is the interval.
 */
export function medianWithInterval(values, draws = 2000) {
  const next = random(3);
  const medians = Array.from({ length: draws }, () =>
    median(values.map(() => values[Math.floor(next() * values.length)])),
  ).sort((a, b) => a - b);
  const at = (share) => medians[Math.round(share * (draws - 1))];
  return { middle: median(values), low: at(0.025), high: at(0.975) };
}

/**
 * How a figure of one way relates to that of another: within one round, so that what slows the machine down for a
 * round slows both. `rounds` maps each way to its rows, one a round.
 */
export function compare(rounds, { way, to, figure, by = 'ratio' }) {
  const ours = rounds[way].map((row) => row[figure]);
  const theirs = rounds[to].map((row) => row[figure]);
  const pairs = ours.map((value, index) => (by === 'ratio' ? value / theirs[index] : value - theirs[index]));
  return medianWithInterval(pairs);
}
