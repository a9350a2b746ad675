import { SimpleContext } from '@melliflow/stdlib';
import { mustHold } from '../broken-rule.js';
import type { Operation, Outcome } from '../operation.js';
import { modelOptions } from '../voice.js';
import { outcomeOf } from './stream.js';

/** A generation of a model in this process, among others at the same time. */
export async function local(operation: Operation): Promise<Outcome> {
  const { chance, signal, voice } = operation;
  mustHold(voice !== null, 'no crash', () => 'there is no local model');
  const [prompt, text] = chance.pick([...voice.said]);
  try {
    const [thunk] = await voice.backend.generateFromContext(prompt, new SimpleContext(), {
      modelOptions: { ...modelOptions, stream: chance.happens(0.7) },
      signal,
    });
    return await outcomeOf(operation, { prompt, text, harm: 'mild' }, thunk);
  } catch (error) {
    return operation.failed(error);
  }
}
