/** In the check always the same, so that a change fails by what it changed; `npm run fuzz` looks for what is new. */
const USUAL_SEED = 20261121;

/** How the properties are run: `npm run fuzz -- --runs N --seed S` says so by the environment. */
export function runs(usual: number): { numRuns: number; seed: number } {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  return {
    numRuns: FUZZ_RUNS === undefined ? usual : Number(FUZZ_RUNS),
    seed: FUZZ_SEED === undefined ? USUAL_SEED : Number(FUZZ_SEED),
  };
}
