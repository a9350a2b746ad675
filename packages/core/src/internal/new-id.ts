let last = 0n;

/** A unique 128-bit id in hex: 64 random bits of this process and a count, since to ask for randomness is slow. */
export function newId(): string {
  last ||= (crypto.getRandomValues(new BigUint64Array(1))[0] as bigint) << 64n;
  return (++last).toString(16).padStart(32, '0');
}
