// Runs the exam of every backend that has a record of it, and writes the records, the page of the docs and the table
// of the README.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writePackagesTable } from '../scripts/packages-table.mjs';

const root = join(import.meta.dirname, '..', '..');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const config = join(root, 'vitest.config.ts');

function update(folder, test) {
  const args = ['run', test, '--config', config, '--root', '.', '--reporter=default', '--update=all'];
  execFileSync(process.execPath, [vitest, ...args], { cwd: folder, stdio: 'inherit' });
}

const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
for (const folder of packages.filter((one) => existsSync(join(one, 'test', 'laws.json')))) {
  update(folder, 'test/exam.test.ts');
}
// What is written for authors, and what was written so, has its table in its README.
for (const folder of ['packages/create-backend/template', 'examples/responses-backend']) {
  update(join(root, folder), 'test/exam.test.ts');
}
update(import.meta.dirname, 'test/laws-page.test.ts');
writePackagesTable();
