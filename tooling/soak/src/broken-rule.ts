/** What must hold and did not. */
export class BrokenRule extends Error {
  readonly rule: string;

  constructor(rule: string, message: string) {
    super(message);
    this.name = 'BrokenRule';
    this.rule = rule;
  }
}

/** @throws BrokenRule when it does not hold. */
export function mustHold(holds: boolean, rule: string, message: () => string): asserts holds {
  if (!holds) throw new BrokenRule(rule, message());
}
