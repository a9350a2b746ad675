import type { HookOperation, HookScope } from '@melliflow/core';
import type { ProcessState } from './process-state.js';

/** The listeners for one operation that begins now: all of its hooks name it, and what runs inside has it as parent. */
export function operationScope({ operations }: ProcessState, { has, dispatch }: HookScope): HookScope {
  let run = <R>(fn: () => R): R => (operations ? operations.run(operation, fn) : fn());
  const operation: HookOperation = Object.freeze({
    parent: operations?.getStore() ?? null,
    surround(wrap) {
      const inner = run;
      run = (fn) => wrap(() => inner(fn));
    },
  } satisfies HookOperation);
  return {
    has,
    dispatch: (type, payload, context) => dispatch(type, payload, { ...context, operation }),
    inside: (fn) => run(fn),
  };
}
