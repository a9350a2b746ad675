import { PartialValidationResult, Requirement, ValidationResult } from '@melliflow/core';
import { SentenceChunker } from '@melliflow/streaming';

/**
 * At most so many sentences; the chunk that begins one more fails. A sentence is what `SentenceChunker` takes for
 * one, whatever the stream is cut into, as long as it is cut at white space.
 *
 * @example
 * await streamWithChunking('Tell a story.', backend, ctx, { requirements: [new MaxSentences(3)] });
 */
export class MaxSentences extends Requirement {
  readonly limit: number;
  /** @internal How many sentences the chunks so far have begun. */
  _begun = 0;
  /** @internal Whether the last chunk left its last sentence open. */
  _open = false;

  /** @throws TypeError when `limit` is not a whole number from 1 up. */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new TypeError(`MaxSentences: limit must be a whole number from 1 up, got ${String(limit)}.`);
    }
    super(`At most ${sentences(limit)}.`, {
      validationFn: (ctx) => {
        const { closed, open } = count(ctx.lastOutput()?.value ?? '');
        const total = closed + open;
        if (total <= limit) return true;
        return new ValidationResult(false, {
          reason: `The text has ${sentences(total)}; the limit is ${limit}.`,
        });
      },
    });
    this.limit = limit;
  }

  /** Fails the chunk that goes over the limit; the reason has the numbers, never the text. */
  override streamValidate(chunk: string): PartialValidationResult {
    // What stood between the chunks was white space, and that is what ends a sentence.
    const { closed, open } = count(`${chunk} `);
    const here = closed + open;
    if (here > 0) {
      this._begun += this._open ? here - 1 : here;
      this._open = open > 0;
    }
    if (this._begun <= this.limit) return new PartialValidationResult('pass');
    const reason = `The text would have ${sentences(this._begun)}; the limit is ${this.limit}.`;
    return new PartialValidationResult('fail', { reason });
  }
}

function count(text: string): { closed: number; open: number } {
  const chunker = new SentenceChunker().start();
  return { closed: chunker.push(text).length, open: chunker.flush().length };
}

function sentences(count: number): string {
  return count === 1 ? '1 sentence' : `${count} sentences`;
}
