import { scrubbed } from '@melliflow/core/implement';
import type { FailureOrigin } from './error-from-status.js';
import { withoutEchoes } from './without-echoes.js';

/**
 * Name, words, status and code of a foreign error in one of our own, without secrets and without what it quotes of
 * the request: the words of an SDK, or of a `fetch` of the user's, may hold the whole of it.
 */
export function ownError(
  thrown: unknown,
  { secrets, prompts = [] }: FailureOrigin,
): ReturnType<typeof scrubbed> {
  const { name, message, status, code } = scrubbed(thrown, secrets);
  const clean = (text: string | undefined): string | undefined => text && withoutEchoes(text, prompts);
  return scrubbed({ name: clean(name), message: clean(message), status, code: clean(code) });
}
