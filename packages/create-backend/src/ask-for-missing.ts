import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { RepositorySettings } from './create-repository.js';
import { providerOf } from './repository-names.js';
import { UsageError } from './usage-error.js';

/** Where questions are put, and answers come from. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks for the folder, and for the provider's name unless it is given; an empty answer takes what stands in brackets.
 *
 * @throws UsageError where nobody can be asked.
 */
export async function askForMissing(
  terminal: Terminal,
  given?: string | undefined,
): Promise<RepositorySettings> {
  if (terminal.input.isTTY !== true) {
    throw new UsageError('folder is missing; write npm create @melliflow/backend my-provider.');
  }
  const questions = createInterface({ input: terminal.input, output: terminal.output });
  // An input that ends, or Ctrl-C, leaves the questions without answers.
  const closed = new AbortController();
  questions.once('close', () => closed.abort());
  const ask = async (question: string, usual: string): Promise<string> => {
    const answer = await questions.question(`${question} [${usual}] `, { signal: closed.signal });
    return answer.trim() || usual;
  };
  try {
    const folder = await ask('Folder of the repository?', 'backend-my-provider');
    const provider = given ?? (await ask('Name of the provider?', providerOf(basename(resolve(folder)))));
    return { folder, provider };
  } catch (error) {
    if (closed.signal.aborted) throw new UsageError('nothing was made: the questions have no answers.');
    throw error;
  } finally {
    questions.close();
  }
}
