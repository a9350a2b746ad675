/** A law of the repository: data with a check, so that a list of laws can be printed, run and broken on purpose. */
export interface Rule {
  /** Stable kebab-case name, used in messages and by the mutant tests. */
  readonly id: string;
  /** What holds, in one sentence that a contributor can follow without reading the check. */
  readonly sentence: string;
  /** One line for each place that breaks the rule, naming the file and what to do; empty when all is well. */
  check(root: string): readonly string[];
}
