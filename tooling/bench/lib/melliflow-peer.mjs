/** Ours as a peer: the thunk read delta by delta, or a stream that is validated by sentences. */
import { PartialValidationResult, Requirement } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';

/** A backend for each model; making one is no part of a call. */
function cached(make) {
  const backends = new Map();
  return (model) => {
    if (!backends.has(model)) backends.set(model, make(model));
    return backends.get(model);
  };
}

export function thunkPeer(make) {
  const backend = cached(make);
  const ctx = new SimpleContext();
  return {
    async whole(model, prompt) {
      const [thunk] = await backend(model).generateFromContext(prompt, ctx);
      return thunk.avalue();
    },
    async stream(model, prompt, { signal, onDelta }) {
      const options = { modelOptions: { stream: true }, signal };
      const [thunk] = await backend(model).generateFromContext(prompt, ctx, options);
      for await (const delta of thunk) onDelta(delta);
    },
  };
}

class NoBannedWord extends Requirement {
  streamValidate(chunk) {
    return verdict(!chunk.includes('forbidden'));
  }
}

class ShortSentences extends Requirement {
  streamValidate(chunk) {
    return verdict(chunk.length < 2000);
  }
}

const pass = new PartialValidationResult('pass');
const fail = new PartialValidationResult('fail');
const verdict = (isGood) => (isGood ? pass : fail);

/**
 * Two requirements look at each sentence, and a reader follows all events. They have no description: with one, a model
 * would be asked at the end about the whole text, and its answers would count as ours.
 */
export function validatedPeer(make) {
  const backend = cached(make);
  const ctx = new SimpleContext();
  return {
    async stream(model, prompt, { signal, onDelta }) {
      const requirements = [new NoBannedWord(), new ShortSentences()];
      const result = await streamWithChunking(prompt, backend(model), ctx, { requirements, signal });
      for await (const event of result.events()) if (event.type === 'chunk') onDelta(event.text);
      await result.acomplete();
      return result.fullText;
    },
  };
}
