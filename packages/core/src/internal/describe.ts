/** A value as an error message shows it: its type, and its text shortened to ten characters. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `string ${JSON.stringify(shorten(value))}`;
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value === 'object')
    return Array.isArray(value) ? 'an array' : `an object of class ${className(value)}`;
  return `${typeof value} ${shorten(String(value))}`;
}

/** The class of an object, for messages only: minifiers change it. */
export function className(value: object): string {
  return (value.constructor as { name?: string } | undefined)?.name || 'Object';
}

function shorten(text: string): string {
  return text.length > 10 ? `${text.slice(0, 10)}…` : text;
}
