import type { TinyModel } from './tiny-model.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/**
 * Loads the model, and answers what a page asks, one token at a time, so that a `stop` is heard in between. The pace
 * lets people see what would be over at once.
 */
export function serveModel(
  load: () => Promise<TinyModel>,
  post: (message: FromWorker) => void,
): (message: ToWorker) => Promise<void> {
  const stopped = new Set<number>();
  let model: Promise<TinyModel> | null = load();
  // Nobody has asked yet: the first question loads it again, and is told what is wrong.
  model.catch(() => {
    model = null;
  });
  return async (message) => {
    if (message.type === 'stop') {
      stopped.add(message.id);
      return;
    }
    const { id, turns, draw, paceMs } = message;
    try {
      model ??= load();
      const pieces = (await model).answer(turns, draw);
      for (let piece = pieces.next(); !stopped.has(id); piece = pieces.next()) {
        if (piece.done) {
          post({ type: 'end', id, ending: piece.value });
          break;
        }
        post({ type: 'text', id, text: piece.value });
        await new Promise((resolve) => setTimeout(resolve, paceMs));
      }
    } catch (error) {
      model = null;
      post({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      stopped.delete(id);
    }
  };
}
