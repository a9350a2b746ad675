import type { Draw, Ending, Turn } from './tiny-model.js';

/** To the worker: an answer is wanted, or not wanted any more. */
export type ToWorker =
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly turns: readonly Turn[];
      readonly draw: Draw;
      readonly paceMs: number;
    }
  | { readonly type: 'stop'; readonly id: number };

/** From the worker, for the answer of that number. */
export type FromWorker =
  | { readonly type: 'text'; readonly id: number; readonly text: string }
  | { readonly type: 'end'; readonly id: number; readonly ending: Ending }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

/** What a backend needs of a worker, so that tests can give something else. */
export interface ModelPort {
  postMessage(message: ToWorker): void;
  addEventListener(type: 'message', listener: (event: { data: FromWorker }) => void): void;
  removeEventListener(type: 'message', listener: (event: { data: FromWorker }) => void): void;
}
