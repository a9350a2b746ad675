// Packs the packages once and tries them as strangers would: `node run.mjs [--keep] [--write] [name …]`. With names only
// those trials run; --keep leaves the projects for a look; --write writes generated pages instead of comparing them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { browser } from './browser.mjs';
import { create } from './create.mjs';
import { doctor } from './doctor.mjs';
import { entries } from './entries.mjs';
import { installs } from './installs.mjs';
import { packAll } from './packed.mjs';
import { serveRegistry } from './registry.mjs';
import { runtimes } from './runtimes.mjs';
import { script } from './script.mjs';
import { sizes } from './sizes.mjs';
import { stop } from './stop.mjs';
import { types } from './types.mjs';
import { World } from './world.mjs';

/** A trial gets the `World`, throws when it fails and gives a short text of what it saw. */
const trials = {
  npm: (world) => world.installed(),
  types,
  pnpm: installs.pnpm,
  sizes,
  yarn: installs.yarn,
  entries,
  browser,
  runtimes,
  doctor,
  create,
  release: script('release.mjs'),
  ranges: script('ranges.mjs'),
  'test-runners': script('test-runners.mjs'),
};

/** They wait for the network and the disk as often as they compute. */
const AT_ONCE = 4;

const { values: options, positionals: names } = parseArgs({
  options: { keep: { type: 'boolean' }, write: { type: 'boolean' } },
  allowPositionals: true,
});
const unknown = names.filter((name) => !Object.hasOwn(trials, name));
if (unknown.length > 0) throw new Error(`No trial ${unknown}: there are ${Object.keys(trials).join(', ')}.`);

const failures = [];

/** What a trial tells stands below itself when it has several lines. */
const INDENT = `\n${' '.repeat(29)}`;

async function attempt(label, work) {
  const startMs = performance.now();
  const report = (outcome, text) => {
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`${outcome} ${label.padEnd(12)} ${seconds.padStart(6)} s  ${text.replaceAll('\n', INDENT)}`);
  };
  try {
    const result = await work();
    report('ok    ', result.told ?? result);
    return result;
  } catch (error) {
    report('FAILED', 'see below');
    failures.push(`--- ${label}\n${error.stack ?? error}`);
    return undefined;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => stop.abort(new Error(`The trials were stopped by ${signal}.`)));

const home = mkdtempSync(join(tmpdir(), 'trials-'));
let registry;
try {
  const packed = await attempt('pack', async () => {
    const packages = await packAll(join(home, 'packed'));
    const kilobytes = packages.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
    return { packages, told: `${packages.length} tarballs, ${kilobytes.toFixed(0)} kB` };
  });
  if (packed) {
    registry = await serveRegistry(packed.packages);
    const world = new World({ home, registry, packages: packed.packages, write: options.write ?? false });
    const waiting = Object.entries(trials).filter(([name]) => names.length === 0 || names.includes(name));
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, trial] = next;
        await attempt(name, () => trial(world));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
} finally {
  for (const failure of failures) console.error(failure);
  registry?.close();
  if (options.keep) console.log(`The projects are in ${home}.`);
  else rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
console.log(failures.length === 0 ? 'the trials passed' : `${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
