/** Content in parts, as some servers send it: texts, and thoughts of their own. */
export function contentOf(content: unknown): { text: string; thinking: string } {
  let text = '';
  let thinking = '';
  for (const part of Array.isArray(content) ? content : []) {
    if (part?.type === 'thinking') thinking += contentOf(part.thinking).text;
    else if (typeof part?.text === 'string') text += part.text;
  }
  return { text, thinking };
}
