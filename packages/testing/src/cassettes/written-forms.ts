/** What remains of shorter secrets in base64 is too short to be told from other text. */
const SHORTEST = 8;

/** A secret in the forms in which answers and errors quote it: as it is, in JSON, in a URL, and in base64. */
export function writtenForms(secret: string): readonly string[] {
  if (secret === '') return [];
  const quoted = JSON.stringify(secret).slice(1, -1);
  const inBase64 = secret.length < SHORTEST ? [] : base64Forms(secret);
  return [...new Set([secret, quoted, JSON.stringify(quoted).slice(1, -1), inUrl(secret), ...inBase64])];
}

/** Half a character has no form in a URL. */
function inUrl(secret: string): string {
  return encodeURIComponent(secret.replace(/\p{Surrogate}/gu, ''));
}

/**
 * Its characters in base64, wherever it begins in what was encoded (`user:key`): without those that its neighbours
 * have a part in.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    const own = text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
}
