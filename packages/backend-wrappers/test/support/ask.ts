import type { Backend, GenerateOptions, ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';

export const context: SimpleContext = new SimpleContext();
export const stream = { modelOptions: { stream: true } };

/** A generation that begins. */
export async function begin(
  backend: Backend,
  action = 'Go.',
  options?: GenerateOptions,
): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromContext(action, context, options);
  return thunk;
}

/** A generation that is complete. */
export async function ask(
  backend: Backend,
  action = 'Go.',
  options?: GenerateOptions,
): Promise<ModelOutputThunk> {
  const thunk = await begin(backend, action, options);
  await thunk.avalue();
  return thunk;
}

/** What a generation or a batch fails with. */
export async function failure(work: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('It did not fail.');
}

/** The messages of warnings about one option. */
export function warned(thunk: ModelOutputThunk<unknown>, option: string): string[] {
  return thunk.generation.warnings.filter((one) => one.option === option).map(({ message }) => message);
}

/** Lets everything run that can run now. */
export async function drain(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
