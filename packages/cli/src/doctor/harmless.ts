import type { Environment } from './endpoints.js';

/** What is shorter is no key but a word, which texts may contain. */
const SHORTEST_SECRET = 8;

/**
 * A copy of a report that may be shown to anybody: servers and files may hold control characters, which could move a
 * cursor or worse, and a server may send back the key that it was sent.
 */
export function harmless<T>(report: T, env: Environment): T {
  const secrets = Object.entries(env)
    .filter(([name]) => /(KEY|TOKEN|SECRET|PASSWORD)$/i.test(name))
    .flatMap(([, value]) => value?.trim() ?? [])
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
  const clean = (text: string): string =>
    secrets
      .reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text)
      .replace(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
  return JSON.parse(
    JSON.stringify(report, (_, value: unknown) => (typeof value === 'string' ? clean(value) : value)),
  );
}
