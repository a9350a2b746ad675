import {
  type Backend,
  type ContextCall,
  type GenerationEvent,
  IncompleteStreamError,
  type MelliflowError,
  type ModelOptions,
  type Requirement,
} from '@melliflow/core';
import { toBackendError } from '@melliflow/core/implement';
import { optionsFor } from './shared-settings.js';

/** Between which two backends a fallback decides. */
export interface FallbackInfo {
  readonly failed: Backend;
  readonly next: Backend;
}

/** What a fallback works by. */
export interface FallbackPlan {
  readonly backends: readonly Backend[];
  /** The defaults that the outermost backend knows already. */
  readonly shared: ModelOptions;
  readonly movesOn: (error: MelliflowError, info: FallbackInfo) => boolean;
  readonly requirements: readonly Requirement[];
  readonly mustPass: boolean;
  readonly judge: Backend | null;
}

/** Whether the next backend is to be asked after this failure. */
export function isNextAsked(
  { movesOn }: FallbackPlan,
  error: MelliflowError,
  failed: Backend,
  next: Backend | undefined,
): next is Backend {
  return next !== undefined && movesOn(error, { failed, next });
}

/** A call as one of the backends gets it. */
export function callFor<C extends { readonly modelOptions: ModelOptions }>(
  { shared }: FallbackPlan,
  backend: Backend,
  call: C,
): C {
  return { ...call, modelOptions: optionsFor(backend, shared, call.modelOptions) };
}

/** The events of one backend; a reply without its end marker is an error here already, unless it was aborted. */
export async function* eventsOf(
  plan: FallbackPlan,
  backend: Backend,
  call: ContextCall,
): AsyncGenerator<GenerationEvent, void> {
  for await (const event of backend._generateFromContext(callFor(plan, backend, call))) {
    yield event;
    if (event.type === 'finish') return;
  }
  if (!call.signal.aborted) throw incomplete(backend);
}

/** What one backend threw as an error of the family that names it, without its secrets. */
export function errorOf(thrown: unknown, backend: Backend): MelliflowError {
  const { provider, modelId: model } = backend;
  return toBackendError(thrown, { provider, model, secrets: backend._secrets() });
}

function incomplete({ provider, modelId: model }: Backend): IncompleteStreamError {
  const message = `${provider}: the reply ended without its end marker.`;
  return new IncompleteStreamError(message, { provider, model });
}
