import { describe, expect, test } from 'vitest';
import { differencesOf, sizesPage } from '../sizes-page.mjs';

const openai = { label: '@melliflow/backend-openai', sdk: 'openai', packages: 15, bytes: 15_500_000 };
const core = { name: '@melliflow/core', bytes: 100_000, unpackedBytes: 400_000 };
const page = sizesPage([openai], [core]);

describe('the page of sizes', () => {
  test('tells packages and megabytes of each backend, and kilobytes of each package', () => {
    expect(page).toContain('| @melliflow/backend-openai | openai | 15 | 15.5 MB |');
    expect(page).toContain('| @melliflow/core | 100 kB | 400 kB |');
  });

  test.each([[{ bytes: 16_400_000 }], [{ bytes: 14_200_000 }]])(
    'is true when a size is within a tenth: %j',
    (change) => {
      expect(differencesOf(page, sizesPage([{ ...openai, ...change }], [core]))).toEqual([]);
    },
  );

  test.each([
    [{ bytes: 18_000_000 }, '15 | 18.0 MB'],
    [{ bytes: 13_000_000 }, '15 | 13.0 MB'],
    [{ packages: 16 }, '16 | 15.5 MB'],
    [{ sdk: 'openai, ollama' }, 'openai, ollama | 15 | 15.5 MB'],
  ])('is not true when %j is measured', (change, seen) => {
    const differences = differencesOf(page, sizesPage([{ ...openai, ...change }], [core]));
    expect(differences).toEqual([expect.stringMatching(/15 \| 15\.5 MB \|", but it is/)]);
    expect(differences[0]).toContain(seen);
  });

  test('is not true when it has a row too many or too few', () => {
    expect(differencesOf(sizesPage([openai], [core, { ...core, name: 'x' }]), page)).not.toEqual([]);
    expect(differencesOf(page, sizesPage([openai], [core, { ...core, name: 'x' }]))).not.toEqual([]);
  });
});
