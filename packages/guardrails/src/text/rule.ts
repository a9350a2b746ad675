/**
 * What a text is read by: one UTF-16 unit at a time, so that no way of cutting it can change a verdict. The state is
 * plain data that `structuredClone` copies; tables that never change stay in the rule.
 */
export interface Rule<S = unknown> {
  /** The state before the first unit. */
  start(): S;
  /** Takes one unit. Gives the reason once no continuation can mend the text, else null. */
  read(state: S, unit: number): string | null;
  /** What is wrong if white space or the end comes next; it must not change the state. Absent: nothing. */
  border?(state: S): string | null;
  /** What is wrong if the text ends here; it must not change the state. */
  end(state: S): string | null;
  /** Whether the text could end here, where `end` costs more than a look at the state. */
  couldEnd?(state: S): boolean;
  /** Loads what the rule needs, before its first unit. */
  load?(): Promise<void>;
}

/** Several rules as one; the first reason counts. */
export function allOf(rules: readonly Rule[]): Rule<unknown[]> {
  return {
    start: () => rules.map((rule) => rule.start()),
    read(states, unit) {
      let reason: string | null = null;
      for (let i = 0; i < rules.length; i += 1) {
        const found = (rules[i] as Rule).read(states[i], unit);
        reason ??= found;
      }
      return reason;
    },
    border: (states) => firstReason(rules, (rule, i) => rule.border?.(states[i]) ?? null),
    end: (states) => firstReason(rules, (rule, i) => rule.end(states[i])),
  };
}

function firstReason(rules: readonly Rule[], ask: (rule: Rule, i: number) => string | null): string | null {
  for (const [i, rule] of rules.entries()) {
    const reason = ask(rule, i);
    if (reason !== null) return reason;
  }
  return null;
}
