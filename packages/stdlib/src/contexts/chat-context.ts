import { Context, type Part } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/** How much of the conversation a model sees. */
export interface ChatContextInit {
  /** How many entries, counted from the newest: an ask and its answer are two. All of them when absent. */
  windowSize?: number | undefined;
}

/**
 * A conversation: a model sees what was said before.
 *
 * @example
 * const ctx = new ChatContext({ windowSize: 6 }).add(new CBlock('My name is Ann.'));
 */
export class ChatContext extends Context {
  /** How many entries a model sees; null for all. Below one it sees none. */
  readonly windowSize: number | null;

  /** @throws RangeError when `windowSize` is a number but not a whole one; TypeError when it is no number. */
  constructor(init: ChatContextInit = {}) {
    super();
    this.windowSize = checkedSize(init.windowSize);
  }

  viewForGeneration(): Part[] {
    return this.windowSize === null ? this.asList() : this.asList(this.windowSize);
  }
}

function checkedSize(size: number | null = null): number | null {
  if (size === null || Number.isInteger(size)) return size;
  const fault = typeof size === 'number' ? RangeError : TypeError;
  throw new fault(
    `windowSize must be a whole number of entries, got ${describe(size)}; leave it out to show all.`,
  );
}
