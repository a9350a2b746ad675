// What a program weighs, bundled into one file and minified, which is run to see that nothing is missing; and what of it
// is loaded at its start where a bundler puts what is imported on demand into files of its own.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { report } from '../lib/measure.mjs';
import { expectedText } from '../lib/texts.mjs';

const [, , program, origin] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
const outfile = join(folder, 'program.mjs');
const forCommonJs =
  "import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);";
const options = {
  entryPoints: [join(import.meta.dirname, '..', 'programs', `${program}.mjs`)],
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'error',
  banner: { js: forCommonJs },
};

/** The size of a file of a build and of all that it imports statically. */
function startBytes(outputs, path, seen = new Set()) {
  if (seen.has(path) || !(path in outputs)) return 0;
  seen.add(path);
  const needed = outputs[path].imports.filter(({ kind }) => kind === 'import-statement');
  return needed.reduce((sum, file) => sum + startBytes(outputs, file.path, seen), outputs[path].bytes);
}

try {
  await build({ ...options, outfile });
  const split = await build({ ...options, splitting: true, outdir: folder, write: false, metafile: true });
  const { outputs } = split.metafile;
  const entry = Object.keys(outputs).find((path) => outputs[path].entryPoint?.endsWith(`${program}.mjs`));
  const env = { ...process.env, BASE_URL: `${origin}/v1` };
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env });
  if (stdout.trim() !== expectedText({ count: 12 }).trim())
    throw new Error(`${program} printed another text.`);
  const bytes = readFileSync(outfile);
  const startKb = startBytes(outputs, entry) / 1000;
  report({ kb: bytes.length / 1000, gzipKb: gzipSync(bytes).length / 1000, startKb });
} finally {
  rmSync(folder, { recursive: true });
}
