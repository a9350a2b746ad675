import type { ReleaseRule } from './release-mode.js';
import type { RetryOptions } from './retry-options.js';
import type { StreamChannel } from './stream-channel.js';

interface Attempt {
  /** From 1. */
  readonly number: number;
  readonly rule: ReleaseRule;
  readonly retry: RetryOptions | undefined;
}

/**
 * Whether readers of events are told that a chunk of the channel, which passed in this attempt, stands: no attempt
 * takes it back any more, and before, it might have been.
 */
export function tellsSettled(channel: StreamChannel, { number, rule, retry }: Attempt): boolean {
  const attempts = retry?.attempts ?? 1;
  // A resumed attempt keeps the text, and begins the other channels anew.
  const isRetried = attempts > 1 && (retry?.mode === 'restart' || channel !== 'text');
  return isRetried ? number === attempts : rule.optimistic;
}
