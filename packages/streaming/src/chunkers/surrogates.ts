/** Whether a UTF-16 unit is the first half of a surrogate pair. */
export function isHighHalf(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

/** Whether a UTF-16 unit is the second half of a surrogate pair. */
export function isLowHalf(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}

/** Whether the next delta may bring the second half of the last character. */
export function endsInHalf(text: string): boolean {
  return text !== '' && isHighHalf(text.charCodeAt(text.length - 1));
}
