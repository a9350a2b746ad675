import cluster, { type Worker } from 'node:cluster';
import { EventEmitter, on } from 'node:events';
import type { Answers } from './ask-items.js';
import type { Item } from './item.js';
import type { Journal } from './journal.js';
import { WorkList } from './work-list.js';

/** What a run is made of. */
export interface Run {
  readonly items: Iterable<Item>;
  readonly journal: Journal;
  readonly workers: number;
  /** Items that a worker asks at once: what a kill may make it ask again. */
  readonly lot: number;
  readonly onRecorded: (finished: number) => void;
}

/** A worker's answers, or null when its last word was read. */
interface News {
  readonly worker: Worker;
  readonly answers: Answers | null;
}

/** One may be killed as it starts; with so many in a row the next ones would not start either. */
const MAX_UNSTARTED = 3;
const neverAsked = 'workers in a row ended before they asked for work: see what they printed.';

/**
 * Gives every item that is not in the journal to a worker, and records what comes back. News are taken one by one, so
 * that a worker which dies behind its answers has them recorded first.
 *
 * @throws Error when an item comes back too often, or workers cannot even start. What was recorded stays.
 */
export async function coordinate({ items, journal, workers, lot, onRecorded }: Run): Promise<void> {
  const list = new WorkList(items, (key) => journal.finished.has(key));
  const held = new Map<Worker, readonly Item[]>();
  let unstarted = 0;
  const news = newsOfWorkers();
  for (let i = 0; i < workers; i++) startWorker();
  try {
    for await (const [{ worker, answers }] of news) {
      const asked = held.get(worker);
      if (answers) {
        unstarted = 0;
        await journal.record(answers.results);
        const unfinished = asked?.filter(({ key }) => !journal.finished.has(key)) ?? [];
        list.giveBack(unfinished, answers.failure ?? 'there was no answer');
        held.set(worker, []);
        if (answers.results.length > 0) onRecorded(journal.finished.size);
      } else {
        if (!asked && ++unstarted === MAX_UNSTARTED) throw new Error(`${unstarted} ${neverAsked}`);
        list.giveBack(asked ?? [], 'its worker died');
        held.delete(worker);
        startWorker();
      }
      for (const [idle, { length }] of held) if (length === 0) held.set(idle, hand(idle, list.take(lot)));
      // Who is idle now found nothing to do; when all are, nothing can come back either.
      if (held.size > 0 && [...held.values()].every(({ length }) => length === 0)) break;
    }
  } finally {
    await new Promise<void>((resolve) => cluster.disconnect(resolve));
  }
}

function startWorker(): void {
  const worker = cluster.fork();
  // It cannot be told anything: then it is no use, and its end brings its items back.
  worker.on('error', () => worker.process.kill('SIGKILL'));
}

function hand(worker: Worker, items: readonly Item[]): readonly Item[] {
  if (items.length > 0) worker.send(items);
  return items;
}

/** What workers say, in order, from this call on. One that has said something waits, so the queue stays short. */
function newsOfWorkers(): AsyncIterable<[News]> {
  const inbox = new EventEmitter();
  cluster.on('message', (worker: Worker, answers: Answers) => inbox.emit('news', { worker, answers }));
  cluster.on('disconnect', (worker) => inbox.emit('news', { worker, answers: null }));
  return on(inbox, 'news') as AsyncIterable<[News]>;
}
