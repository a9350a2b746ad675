import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { mustHold } from '../broken-rule.js';
import { asItIs, type Operation, type Outcome, turns, type Wrap } from '../operation.js';
import { someText } from '../texts.js';

interface Answer {
  readonly title: string;
  readonly items: readonly { readonly name: string; readonly size: number }[];
}

const item = {
  type: 'object',
  properties: { name: { type: 'string' }, size: { type: 'integer' } },
  required: ['name', 'size'],
  additionalProperties: false,
};
const schema = {
  type: 'object',
  properties: { title: { type: 'string' }, items: { type: 'array', items: item } },
  required: ['title', 'items'],
  additionalProperties: false,
};

/** An answer that is held to a schema, read while it is written: as it grows, or item by item. */
export async function format(operation: Operation, wrap: Wrap = asItIs): Promise<Outcome> {
  const { chance, signal } = operation;
  const answer: Answer = {
    title: someText(chance, 3),
    items: Array.from({ length: chance.below(12) }, (_, size) => ({ name: someText(chance, 2), size })),
  };
  const question = operation.ask({ text: JSON.stringify(answer, null, chance.pick([0, 2])) });
  try {
    const stream = await streamWithChunking<Answer>(
      question.prompt,
      wrap(operation.backend),
      new SimpleContext(),
      { format: { name: 'answer', schema }, chunking: 'json', signal },
    );
    const left = operation.leave((by) => (by === 'cancel' ? stream.cancel() : stream[Symbol.asyncDispose]()));
    const items: unknown[] = [];
    const most = chance.happens(0.3) ? 1 : Number.POSITIVE_INFINITY;
    const byItem = async (): Promise<void> => {
      for await (const one of stream.items('items')) if (items.push(one) >= most) return;
    };
    let last: unknown;
    const partly = async (): Promise<void> => {
      for await (const part of stream.partials()) {
        last = part;
        await turns(chance.below(2));
      }
    };
    const [ended, ...readers] = await Promise.allSettled([stream.acomplete(), byItem(), partly()]);
    await left;
    if (ended?.status === 'rejected') throw ended.reason;
    for (const one of readers) if (one.status === 'rejected') throw one.reason;
    const wanted = answer.items.slice(0, items.length);
    const isTold = (): string => `items ${JSON.stringify(items)} of ${question.text}`;
    mustHold(JSON.stringify(items) === JSON.stringify(wanted), 'items', isTold);
    if (!stream.completed) return operation.outcomeOf(stream.fullText, question, false);
    mustHold(items.length === Math.min(most, answer.items.length), 'all items', isTold);
    const value = stream.asThunk.parsedRepr;
    mustHold(JSON.stringify(value) === JSON.stringify(answer), 'value', () => JSON.stringify(value));
    mustHold(JSON.stringify(last) === JSON.stringify(answer), 'partials', () => JSON.stringify(last));
    return 'whole';
  } catch (error) {
    return operation.failed(error);
  }
}
