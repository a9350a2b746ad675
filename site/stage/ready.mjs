// What the site is made of: installed dependencies and built packages. What is up to date is left alone.
import { prepare, runPnpm, say } from '../../tooling/scripts/prepare.mjs';

export async function ready() {
  await prepare();
  say('building the packages that changed');
  const env = { ...process.env, DO_NOT_TRACK: '1', TURBO_TELEMETRY_DISABLED: '1' };
  const code = await runPnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], env);
  if (code !== 0) throw new Error('A package could not be built; its messages are above.');
}
