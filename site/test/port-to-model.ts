import { serveModel } from '../playground/serve-model.js';
import type { TinyModel } from '../playground/tiny-model.js';
import type { FromWorker, ModelPort, ToWorker } from '../playground/worker-messages.js';

/** The model as a worker would answer, without a worker; `sent` is what it was told. */
export function portToModel(
  model: Pick<TinyModel, 'answer'>,
): ModelPort & { sent: ToWorker[]; listeners: number } {
  const listeners = new Set<(event: { data: FromWorker }) => void>();
  const post = (data: FromWorker): void => {
    for (const listener of [...listeners]) listener({ data });
  };
  const answer = serveModel(async () => model as TinyModel, post);
  const sent: ToWorker[] = [];
  return {
    sent,
    get listeners() {
      return listeners.size;
    },
    postMessage(message) {
      sent.push(message);
      void answer(message);
    },
    addEventListener: (_, listener) => void listeners.add(listener),
    removeEventListener: (_, listener) => void listeners.delete(listener),
  };
}
