import type { GenerationEvent, TokenUsage } from '@melliflow/core';

/** Counts tokens over several attempts at one answer, so that those of failed ones are not lost. */
export class UsageOfAttempts {
  /** @internal */
  _earlier: TokenUsage | null = null;
  /** @internal */
  _current: TokenUsage | null = null;

  /** What the attempt under way has used so far, with what the earlier ones did. */
  told(usage: TokenUsage): GenerationEvent {
    this._current = usage;
    return { type: 'usage', usage: this.total() ?? usage };
  }

  /** All attempts together; a guess when the last one told nothing, null when none did. */
  total(): TokenUsage | null {
    const { _earlier: earlier, _current: current } = this;
    if (earlier === null) return current;
    if (current === null) return { ...earlier, estimated: true };
    const sum = addUsage(earlier, current);
    return { ...sum, details: { ...sum.details, earlierAttemptsTokens: earlier.totalTokens } };
  }

  /** The attempt is over and another begins: what was used until then, since that one may tell nothing. */
  moveOn(): GenerationEvent[] {
    this._earlier = this.total();
    this._current = null;
    const usage = this.total();
    return usage ? [{ type: 'usage', usage }] : [];
  }
}

/** The sum of two, detail by detail. */
export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  const details: Record<string, number> = { ...a.details };
  for (const [name, count] of Object.entries(b.details ?? {})) details[name] = (details[name] ?? 0) + count;
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    totalTokens: a.totalTokens + b.totalTokens,
    ...((a.details || b.details) && { details }),
    ...((a.estimated || b.estimated) && { estimated: true }),
  };
}
