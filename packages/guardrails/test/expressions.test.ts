import { redact, redactOutput } from '@melliflow/backend-wrappers';
import { SimpleContext } from '@melliflow/stdlib';
import { ScriptedBackend } from '@melliflow/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { piiPatterns, secretPatterns } from '../src/index.js';
import { personalPatterns, phonePatterns } from '../src/patterns/personal-patterns.js';
import { secretForms } from '../src/patterns/secret-patterns.js';
import { awsKey, githubToken } from './support/samples.js';

const patterns = [...secretPatterns, ...piiPatterns];
const rows = [...secretForms, ...Object.values(personalPatterns).flat(), ...Object.values(phonePatterns)];

/** Keys are put together, so that no scanner takes this file for a leak. */
const of = (...parts: string[]): string => parts.join('');
const privateKey = of(
  '-----BEGIN ',
  'RSA PRIVATE KEY-----\n',
  'MIIEpAIBAAKCAQEA7bq98+/x\n'.repeat(130),
  '-----END ',
  'RSA PRIVATE KEY-----',
);
const planted = [
  privateKey,
  JSON.stringify(privateKey).slice(1, -1),
  of('ey', 'JhbGciOiJIUzI1NiJ9', '.ey', 'JzdWIiOiIxIn0'.repeat(60), '.', 'k3_-'.repeat(90)),
  of('sk-', 'ant-', 'api03-', 'Zx8Qw3Lp0Vt7Rm5K'.repeat(6)),
  githubToken,
  awsKey,
  'ann.lee+x@mail.example.museum',
  '+49 (30) 901820',
  '(415) 555-0123',
  'DE89 3704 0044 0532 0130 00',
  '4111 1111 1111 1111',
  '2001:db8::8a2e:370:7334',
  '192.0.2.7',
];

/** What a reader of the stream gets, delta by delta. */
async function read(deltas: string[]): Promise<string[]> {
  const backend = redactOutput(new ScriptedBackend([{ deltas }]), { patterns });
  const [thunk] = await backend.generateFromContext('Go.', new SimpleContext(), {
    modelOptions: { stream: true },
  });
  const seen: string[] = [];
  for await (const delta of thunk) seen.push(delta);
  return seen;
}

describe('the tables as regular expressions', () => {
  test.each(rows.map((row, i) => [row.pattern, row, patterns[i] as RegExp] as const))(
    'take in all that %s finds',
    (_pattern, { pattern, holds }, expression) => {
      const found = fc.stringMatching(new RegExp(`^${pattern}$`)).filter((text) => holds?.(text) !== false);
      const few = holds === undefined ? { numRuns: 30 } : { numRuns: 2 };
      fc.assert(
        fc.property(found, (text) => {
          const match = expression.exec(`so ${text}. `);
          expect(match?.index).toBe(3);
          expect(match?.[0].length).toBeGreaterThanOrEqual(text.length);
        }),
        few,
      );
    },
  );

  test.each(planted)('leave nothing of %s in a stream, for any cutting', async (secret) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 9 }),
        async (sizes) => {
          const text = `It is ${secret}; keep it.`;
          const deltas: string[] = [];
          for (let at = 0, i = 0; at < text.length; i += 1) {
            const size = sizes[i % sizes.length] as number;
            deltas.push(text.slice(at, at + size));
            at += size;
          }
          expect((await read(deltas)).join('')).toBe('It is [redacted]; keep it.');
        },
      ),
      { numRuns: 10 },
    );
  });

  test('leave nothing of a key that the model never ends', async () => {
    const seen = await read([privateKey.slice(0, 200), privateKey.slice(200, 1500)]);
    expect(seen.join('')).toBe('[redacted]');
  });

  test('let through what only resembles them', async () => {
    const text = [
      'From 12:30:45 on 2024-03-15 it ran as std::vector::at, a::b, 00:1A:2B:3C:4D:5E and 127.0.0.1; ',
      'the public key is free, key 12 of 2,000, @media (min-width: 640px) { a { color: #a1b2c3 } }, x@y, ',
      'Am 3. Mai 2021 kamen 1.234.567 Menschen; §§ 12-14 gelten, Seite 0815.',
    ].join('');
    expect((await read([text])).join('')).toBe(text);
  });

  test('are for prompts as well', async () => {
    const inner = new ScriptedBackend([{ deltas: ['Done.'] }]);
    const ask = `Mail ${planted[6]} the key ${awsKey}.`;
    const [thunk] = await redact(inner, { patterns }).generateFromContext(ask, new SimpleContext());
    await thunk.avalue();
    expect(JSON.stringify(inner.calls[0]?.prompt)).toContain('Mail [redacted] the key [redacted].');
  });
});
