// What a program weighs, bundled into one file and minified; the file is run, to see that nothing is missing.
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
try {
  await build({
    entryPoints: [join(import.meta.dirname, '..', 'programs', `${program}.mjs`)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'error',
    banner: { js: forCommonJs },
  });
  const env = { ...process.env, BASE_URL: `${origin}/v1` };
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env });
  if (stdout.trim() !== expectedText({ count: 12 }).trim())
    throw new Error(`${program} printed another text.`);
  const bytes = readFileSync(outfile);
  report({ kb: bytes.length / 1000, gzipKb: gzipSync(bytes).length / 1000 });
} finally {
  rmSync(folder, { recursive: true });
}
