import type { Backend } from '@melliflow/core';
import { imagesMessage, type ToolMessage } from '../components/tool-message.js';
import { callTools } from '../tools/call-tools.js';
import type { StartedAct } from './started-act.js';

/**
 * Runs the tools that the answer calls, as a part of its turn: the results stand behind the calls, since providers
 * refuse a conversation in which a call has none.
 *
 * @throws What a tool throws; the turn fails with it.
 */
export async function runCalledTools(
  { answer, turn }: StartedAct<unknown>,
  backend: Backend,
  signal: AbortSignal | undefined,
): Promise<ToolMessage[]> {
  const results = await callTools(await answer(), { signal, onError: 'throw', backend });
  if (results.length > 0) turn.entries = [...turn.entries, ...results, imagesMessage(results) ?? []].flat();
  return results;
}
