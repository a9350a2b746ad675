import { UsageError } from './usage-error.js';

/** The prompt; `-` stands for all of standard input. */
export async function readPrompt(given: string, stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  const prompt = given === '-' ? await readAll(stdin) : given;
  if (prompt.trim() !== '') return prompt.trim();
  const where = given === '-' ? 'standard input' : 'prompt';
  throw new UsageError(`the ${where} is empty. Write what the model shall answer.`);
}

async function readAll(stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of stdin) {
    text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
