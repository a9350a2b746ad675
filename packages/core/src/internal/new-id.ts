/** A random 128-bit id in hex. */
export function newId(): string {
  let id = '';
  for (const half of crypto.getRandomValues(new BigUint64Array(2))) id += half.toString(16).padStart(16, '0');
  return id;
}
