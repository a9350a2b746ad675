import { existsSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolders, prepare, readJson, root, runPnpm, say } from './prepare.mjs';

/** Where each package's vitest writes its report; a turbo output, so that a cached run counts as well. */
export const REPORT = join('.turbo', 'vitest-report.json');

/** Sums vitest's json reports. A file that broke before its first test counts as one failure. */
export function tally(reports) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests;
    sum.skipped += report.numPendingTests + report.numTodoTests;
    for (const file of report.testResults) {
      if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
        sum.failed++;
    }
  }
  return sum;
}

/** The last line of a run. */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function main() {
  await prepare();
  const reports = packageFolders(root)
    .filter((folder) => readJson(join(folder, 'package.json')).scripts?.test)
    .map((folder) => join(folder, REPORT));
  // What is not written again, or replayed, by this run must not be counted.
  for (const report of reports) rmSync(report, { force: true });

  say('building, checking and testing all packages; what did not change is replayed');
  const code = await runPnpm(
    [
      'exec',
      'turbo',
      'run',
      'build',
      'typecheck',
      'test',
      '//#lint',
      '--continue=dependencies-successful',
      // One more than there are cores: the exams wait for time limits as long as they compute.
      `--concurrency=${availableParallelism() + 1}`,
      '--output-logs=new-only',
    ],
    {
      ...process.env,
      DO_NOT_TRACK: '1',
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
      // Part of every task's hash: results of one Node version say nothing about another.
      MELLIFLOW_RUNTIME: `${process.version} ${process.platform} ${process.arch}`,
    },
  );

  const missing = reports.filter((report) => !existsSync(report));
  for (const report of missing) say(`no test result of ${report.slice(root.length + 1, -REPORT.length - 1)}`);
  if (code !== 0) say('a task failed; its output is above');
  console.log(summary(tally(reports.filter((report) => existsSync(report)).map(readJson))));
  process.exitCode = code || Number(missing.length > 0);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
