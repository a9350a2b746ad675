import { environmentVariable } from '@melliflow/provider-kit';

/** A variable of the environment under the SDK's prefix, else under that of IBM's other tools. */
export function watsonxVariable(...names: readonly string[]): string | undefined {
  for (const prefix of ['WATSONX_AI_', 'WATSONX_']) {
    for (const name of names) {
      const value = environmentVariable(prefix + name);
      if (value !== undefined) return value;
    }
  }
  return undefined;
}
