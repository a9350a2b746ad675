import type { WireFields } from '@melliflow/openai-wire';

/** What the SDK's methods say of parameters that they do not know. */
const unknownNames = /Found invalid parameters: (.+)/;

/**
 * The parameters that the SDK knows, and those that it refused; null when that is not what `thrown` says. The latter
 * go into the body as they are, so that what the service takes can be said before the SDK knows of it.
 */
export function splitUnknown(
  params: WireFields,
  thrown: unknown,
): { readonly known: WireFields; readonly unknown: WireFields } | null {
  const [, list] = (thrown instanceof Error && unknownNames.exec(thrown.message)) || [];
  if (list === undefined) return null;
  const names = new Set(list.split(', '));
  const known: WireFields = {};
  const unknown: WireFields = {};
  for (const [name, value] of Object.entries(params)) (names.has(name) ? unknown : known)[name] = value;
  return { known, unknown };
}
