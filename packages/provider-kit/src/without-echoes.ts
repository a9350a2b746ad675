/** So many characters in common are a quotation; fewer are chance. */
const QUOTATION = 12;
/** A prompt shorter than this stands in many texts by chance. */
const SHORTEST = 4;

/** Takes out of a message what it quotes of the prompts: whole ones, and pieces of some length. */
export function withoutEchoes(message: string, prompts: readonly string[]): string {
  let clean = message;
  for (const prompt of prompts) {
    for (const form of new Set([prompt, JSON.stringify(prompt).slice(1, -1), oneLine(prompt)])) {
      if (form.length >= SHORTEST) clean = clean.replaceAll(form, '[…]');
      if (form.length > QUOTATION) clean = withoutPieces(clean, form);
    }
  }
  return clean;
}

function withoutPieces(message: string, prompt: string): string {
  let clean = '';
  let at = 0;
  while (at < message.length) {
    let length = QUOTATION;
    if (!prompt.includes(message.slice(at, at + length)) || at + length > message.length) {
      clean += message[at++];
      continue;
    }
    while (at + length < message.length && prompt.includes(message.slice(at, at + length + 1))) length++;
    clean += '[…]';
    at += length;
  }
  return clean;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
