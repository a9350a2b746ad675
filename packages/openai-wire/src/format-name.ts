/** The name of a format as the wire takes it: letters, digits, `_` and `-`, at most 64. */
export function toFormatName(name: string): string {
  return name.replace(/[^\w-]/g, '_').slice(0, 64) || 'response';
}
