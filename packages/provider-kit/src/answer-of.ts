/** What an attempt tells: batches as they come, or all of a whole answer at once. */
export type Answer<T> = AsyncIterable<readonly T[]> | readonly T[];

const END: IteratorResult<never, undefined> = { done: true, value: undefined };

/**
 * The batches of an answer that is asked for with the first of them. Written by hand: most calls are one short answer,
 * and generators inside of generators cost such a call more than its request.
 *
 * @param first Told before the answer is asked for.
 */
export function answerOf<T>(
  ask: () => Answer<T> | Promise<Answer<T>>,
  first: readonly T[] | null = null,
): AsyncIterableIterator<readonly T[]> {
  let begin = first;
  let isOver = false;
  let opening: Promise<IteratorResult<readonly T[]>> | null = null;
  let source: AsyncIterator<readonly T[]> | null = null;

  const open = async (): Promise<IteratorResult<readonly T[]>> => {
    const answer = await ask();
    if (isBatch(answer)) return { done: false, value: answer };
    source = answer[Symbol.asyncIterator]();
    return source.next();
  };

  return {
    next() {
      if (isOver) return Promise.resolve(END);
      if (begin !== null) {
        const value = begin;
        begin = null;
        return Promise.resolve({ done: false, value });
      }
      if (source !== null) return source.next();
      // Who asks ahead waits for the first answer, as with a generator.
      const more = async (): Promise<IteratorResult<readonly T[]>> => source?.next() ?? END;
      if (opening !== null) return opening.then(more, () => END);
      opening = open();
      return opening;
    },
    async return() {
      isOver = true;
      // As a generator does: what was begun is not left in the middle.
      await opening?.catch(() => undefined);
      await source?.return?.();
      return END;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function isBatch<T>(answer: Answer<T>): answer is readonly T[] {
  return Array.isArray(answer);
}
