import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { examine, lawsRecord, lawsTable } from '@melliflow/backend-conformance';
import { describe, expect, it } from 'vitest';
import { subject } from './subject.js';

const { version } = createRequire(import.meta.url)('../node_modules/openai/package.json');
const report = examine(subject, { describe, it });

it('came out as the README says; `npm run laws` writes it', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [text] = readme.split('<!-- laws');
  const table = lawsTable(lawsRecord({ subject: subject.name, sdk: `openai ${version}` }, report));
  const page = `${text}<!-- laws: \`npm run laws\` writes what follows -->\n\n${table}\n`;
  await expect(page).toMatchFileSnapshot('../README.md');
});
