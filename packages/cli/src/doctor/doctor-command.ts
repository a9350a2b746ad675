import type { Surroundings } from '../stream-command.js';
import type { DoctorOptions } from './doctor-options.js';
import { examineProject } from './examine-project.js';
import { reportText } from './print-report.js';

/** Looks at the project in a folder, prints the report, and gives the exit code. */
export async function doctorCommand(
  folder: string,
  { url: urls = [], timeout: timeoutMs, json }: DoctorOptions,
  { io, stdout }: Surroundings,
): Promise<number> {
  const report = await examineProject({
    folder,
    urls,
    timeoutMs,
    env: io.env,
    nodeVersion: process.versions.node,
  });
  const colours = stdout.isTerminal && !io.env.NO_COLOR;
  stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report, colours));
  return report.healthy ? 0 : 1;
}
