/** Figures of paired rounds. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/**
 * The median and its 95 % interval, without a guess at how the rounds are distributed: the k-th of the sorted values
 * and the k-th from above, k as large as it may be. That many rounds on one side of the true median are as likely as
 * so many heads of a coin. Of fewer than six rounds all together say less than 95 %; then it is all of them.
 */
export function medianWithInterval(values) {
  const sorted = [...values].sort((a, b) => a - b);
  let outside = 0;
  let share = 0.5 ** sorted.length;
  let below = share;
  while (below + share * ((sorted.length - outside) / (outside + 1)) <= 0.025) {
    share *= (sorted.length - outside) / (outside + 1);
    outside += 1;
    below += share;
  }
  return { middle: median(sorted), low: sorted[outside], high: sorted.at(-1 - outside) };
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
