import { fileURLToPath } from 'node:url';
import { type LawsRecord, lawIds } from '@melliflow/backend-conformance';
import { expect, test } from 'vitest';
import { lawsPage, readRecords } from '../src/laws-page.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const records = readRecords(root);

test('the page of the docs is what the exams gave; `npm run laws` writes it', async () => {
  await expect(lawsPage(records)).toMatchFileSnapshot('../../../docs/laws.md');
});

test.each(records)('$subject was asked every law there is, and breaks none', ({ outcomes }) => {
  expect(Object.keys(outcomes)).toEqual(lawIds());
  expect(Object.values(outcomes)).not.toContain('broken');
  expect(Object.values(outcomes)).not.toContain('stale_gap');
});

test('a gap is counted, marked and explained', () => {
  const record: LawsRecord = {
    subject: 'Mine',
    sdk: 'sdk 1',
    outcomes: { 'construct.silent': 'kept', 'construct.contract': 'gap' },
    notes: { 'construct.contract': 'Version 2 is on its way.' },
  };
  const lines = lawsPage([record]).split('\n');
  expect(lines).toContain('| Mine, sdk 1 | 1 | 1 | 0 | 0 |');
  expect(lines.find((line) => line.startsWith('| `construct.contract`'))).toMatch(/\| gap \|$/);
  expect(lines).toContain('- Mine, `construct.contract`: Version 2 is on its way.');
});
