import { HookType } from '@melliflow/core';
import { type Blocked, block, type Hook, hook, modify, pluginScope, tokenBudget } from '@melliflow/plugins';
import type { Operation, Outcome } from '../operation.js';
import { format } from './format.js';
import { raw } from './raw.js';
import { repaired } from './repaired.js';
import { session } from './session.js';
import { stream, whole } from './stream.js';
import { validated } from './validated.js';

const kinds = [stream, whole, raw, session, repaired, validated, format];

const audit = <T extends 'streaming_event' | 'generation_post_call' | 'generation_error'>(type: T): Hook<T> =>
  hook(type, async () => void (await new Promise((resolve) => setImmediate(resolve))), { mode: 'audit' });

const cool = hook(HookType.GENERATION_PRE_CALL, (payload) =>
  modify(payload, { modelOptions: { ...payload.modelOptions, temperature: 0 } }),
);

/** A generation of any kind in a scope with plugins, one of which may refuse it at some moment. */
export async function scoped(operation: Operation): Promise<Outcome> {
  const { chance } = operation;
  let calls = chance.happens(0.4) ? chance.below(6) : Number.POSITIVE_INFINITY;
  const answer = (): Blocked | undefined => {
    if (calls-- > 0) return undefined;
    operation.isRefused = true;
    return block('Not today.');
  };
  const refuse = chance.pick([
    hook(HookType.GENERATION_PRE_CALL, answer),
    hook(HookType.GENERATION_POST_CALL, answer),
    hook(HookType.STREAMING_EVENT, answer),
    hook(HookType.VALIDATION_PRE_CHECK, answer),
  ]);
  const plugins = [cool, audit('streaming_event'), audit('generation_post_call'), audit('generation_error')];
  const budget = tokenBudget({ maxTokens: 1_000_000 });
  return pluginScope([...plugins, refuse, budget], () => chance.pick(kinds)(operation));
}
