import { once } from 'node:events';
import type { Backend } from '@melliflow/core';
import { type Answers, askItems } from './ask-items.js';
import type { Item } from './item.js';

/**
 * Hands in what it has, gets the next lot, asks it, and so on. It keeps nothing: what dies with it is asked again. A
 * worker asks for work when it is ready for it, so nothing piles up before it.
 */
export async function work(backend: Backend): Promise<never> {
  // Without a coordinator nobody would record the answers, so no more are asked for.
  process.once('disconnect', () => process.exit());
  let answers: Answers = { results: [], failure: null };
  while (process.connected) {
    process.send?.(answers);
    const [lot] = (await once(process, 'message')) as [readonly Item[]];
    answers = await askItems(backend, lot);
  }
  process.exit();
}
