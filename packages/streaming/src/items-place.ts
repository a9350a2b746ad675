import type { OutputFormat } from '@melliflow/core';
import { resolveFormat } from '@melliflow/core/implement';

/** As much of a schema as says where its arrays are; a schema that says it in other words is not judged. */
interface Shape {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
}

/** @throws TypeError when the format has something else than an array there, so that no item would ever come. */
export function checkItemsPlace(format: OutputFormat, key: string | null): void {
  const whole = resolveFormat(format).schema as Shape;
  if (key === null && whole.type !== 'object') return;
  const type = key === null ? whole.type : whole.properties?.[key]?.type;
  if (typeof type !== 'string' || type === 'array') return;
  const members = Object.entries(whole.properties ?? {}).filter(([, member]) => member.type === 'array');
  const names = members.map(([name]) => `'${name}'`).join(', ');
  const [what, call] = key === null ? ['the format', 'items()'] : [`its member '${key}'`, `items('${key}')`];
  throw new TypeError(
    `${call} reads the items of an array, and ${what} is of type ${type}; ` +
      (names === '' ? 'read partials() instead.' : `give the name of an array of the format: ${names}.`),
  );
}
