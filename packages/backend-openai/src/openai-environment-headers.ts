import { environmentVariable } from '@melliflow/provider-kit';

/** The headers that the SDK takes from `OPENAI_CUSTOM_HEADERS`: `name: value`, one a line. */
export function environmentHeaders(): ReadonlyMap<string, string> {
  const lines = environmentVariable('OPENAI_CUSTOM_HEADERS')?.split('\n') ?? [];
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const];
    }),
  );
}
