import { InvalidArgumentError } from 'commander';
import { UsageError } from './usage-error.js';

/**
 * Checks the address that an option was given.
 *
 * @throws InvalidArgumentError when it is no http or https address.
 * @throws UsageError, without the address, when it holds a name and a password.
 */
export function httpAddress(text: string, option: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('It takes an http or https address, such as http://localhost:8000/v1.');
  }
  const { username, password } = new URL(text);
  if (username === '' && password === '') return text;
  // The parser would quote it.
  throw new UsageError(`${option}: the address must be without a name and a password before the @.`);
}
