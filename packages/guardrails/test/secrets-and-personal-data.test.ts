import { describe, expect, test } from 'vitest';
import { noPersonalData, noSecrets } from '../src/index.js';
import { failingUnit, stream, whole } from './support/drive.js';
import { awsKey, githubToken } from './support/samples.js';

/** Keys are put together, so that no scanner takes this file for a leak. */
const of = (...parts: string[]): string => parts.join('');
const random = 'Zx8Qw3Lp0Vt7Rm5Kd2Hs';

const secrets: [name: string, text: string][] = [
  ['a GitHub token', `use ${githubToken} now`],
  ['an AWS access key', `id=${awsKey}`],
  ['an OpenAI key', of('sk-', 'proj-', random)],
  ['an Anthropic key', of('sk-', 'ant-', 'api03-', random)],
  ['a Slack token', of('xox', 'b-', '1234567890-abc')],
  ['a Stripe key', of('sk_', 'live_', 'a1B2c3D4e5F6g7H8')],
  ['a private key', of('-----BEGIN ', 'RSA ', 'PRIVATE KEY-----')],
  ['a private key', of('-----BEGIN ', 'PRIVATE KEY-----')],
  ['a JSON Web Token', of('ey', 'JhbGciOiJIUzI1NiJ9', '.ey', 'JzdWIiOiIxIn0')],
  ['a database password', of('postgres://', 'app:', 'hunter22', '@db.example.org/x')],
  ['what looks like a key or password', `API_KEY="${random}"`],
  ['what looks like a key or password', `My password is: ${random}`],
];

const noSecret: [name: string, text: string][] = [
  ['prose about keys', 'The key to the secret garden is a password of trust.'],
  ['a token that is too short', githubToken.slice(0, 30)],
  ['a token inside a word', `x${githubToken}`],
  ['a random value far from any name', `The order ${random} has come.`],
  ['a long name near a key', 'the key is internationalizationManagerFactory'],
  ['repetition near a key', 'key: a1a1a1a1a1a1a1a1a1a1a1a1'],
  ['a public key', '-----BEGIN PUBLIC KEY-----'],
];

describe('noSecrets', () => {
  test.each(secrets)('finds %s (%#)', async (name, text) => {
    const reason = await whole(noSecrets(), text);
    expect(reason).toBe(`It has ${name}.`);
    expect((await stream(noSecrets(), text.split(' '))).reason).toBe(reason);
  });

  test.each(noSecret)('lets through %s', async (_name, text) => {
    expect(await whole(noSecrets(), text)).toBeNull();
  });

  test('fails by the last character that makes it sure, before a longer key is out', async () => {
    const key = of('sk-', 'proj-', random, random, random);
    expect(await failingUnit(noSecrets({ borders: 'none' }), key)).toBe(28);
  });
});

const personal: [name: string, text: string][] = [
  ['an e-mail address', 'Write to ann.lee+x@mail.example.org today'],
  ['a telephone number', 'Call +49 (30) 901820.'],
  ['a telephone number', 'Call +14155550123'],
  ['a telephone number', 'Call (415) 555-0123 now'],
  ['a telephone number', 'Tel. 030 / 901820'],
  ['a telephone number', 'Tél. 01 23 45 67 89'],
  ['a telephone number', 'Llame al 612 34 56 78'],
  ['a telephone number', 'Ring 020 7946 0958'],
  ['an account number (IBAN)', 'to DE89 3704 0044 0532 0130 00, please'],
  ['an account number (IBAN)', 'GB82WEST12345698765432'],
  ['a card number', 'card 4111 1111 1111 1111!'],
  ['a card number', '378282246310005'],
  ['a card number', '3782-822463-10005'],
  ['an IP address', 'from 203.0.113.9.'],
  ['an IP address', 'at 2001:db8::8a2e:370:7334'],
  ['an IP address', '2001:0db8:0000:0000:0000:ff00:0042:8329'],
];

const impersonal: [name: string, text: string][] = [
  ['an IBAN with a wrong digit', 'DE89 3704 0044 0532 0130 01'],
  ['an IBAN of a wrong length', 'DE89 3704 0044 0532 0130'],
  ['a card number with a wrong digit', '4111 1111 1111 1112'],
  ['sixteen equal digits', '4444 4444 4444 4444 0000'],
  ['an IP address out of range', '256.1.1.300'],
  ['this machine', '127.0.0.1 and 0.0.0.0'],
  ['a time', 'at 12:34:56'],
  ['a name in code', 'std::vector and a::b'],
  ['years and prices', 'In 2024 it cost 1,299.00 € (2023: 1,199.00 €).'],
  ['large numbers in groups', 'between 750 000 000 and 900 000 000 people, 1 200 300 400 in all'],
  ['dates', 'from 2024-01-15 10:20:30 to 01.02.2025'],
  ['a handle', '@ann and ann@home'],
];

describe('noPersonalData', () => {
  test.each(personal)('finds %s (%#)', async (name, text) => {
    const reason = await whole(noPersonalData(), text);
    expect(reason).toBe(`It has ${name}.`);
    expect((await stream(noPersonalData(), text.split(' '))).reason).toBe(reason);
  });

  test.each(impersonal)('lets through %s', async (_name, text) => {
    expect(await whole(noPersonalData(), text)).toBeNull();
  });

  test('looks for the kinds and countries that were asked for', async () => {
    const text = 'Call (415) 555-0123 or write to ann@example.org';
    expect(await whole(noPersonalData({ kinds: ['email'] }), text)).toBe('It has an e-mail address.');
    expect(await whole(noPersonalData({ kinds: ['phone'], countries: ['FR'] }), text)).toBeNull();
    expect(noPersonalData({ kinds: ['iban', 'ip'] }).description).toBe(
      'show no account numbers, IP addresses',
    );
  });

  test('says what is wrong with its settings', () => {
    expect(() => noPersonalData({ kinds: ['name' as never] })).toThrow(
      /kinds\[0\] must be one of email, phone, iban, card, ip, got string "name"/,
    );
    expect(() => noPersonalData({ countries: 'DE' as never })).toThrow(
      /countries must be a list, got string/,
    );
  });
});
