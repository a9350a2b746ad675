/** A value as an error message shows it: its type, and its text shortened to ten characters. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `string ${JSON.stringify(shorten(value))}`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'object')
    return Array.isArray(value) ? 'an array' : `an object of class ${className(value)}`;
  return `${typeof value} ${shorten(String(value))}`;
}

/** What an error says; anything may be thrown, also what has no text. */
export function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an error without text';
  }
}

/** The class of an object, for messages only: minifiers change it. */
export function className(value: object): string {
  return (value.constructor as { name?: string } | undefined)?.name || 'Object';
}

function shorten(text: string): string {
  return text.length > 10 ? `${text.slice(0, 10)}…` : text;
}

/** Whether `value` is an object, of whatever class; null is none. */
export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether `value` is an object of no class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
