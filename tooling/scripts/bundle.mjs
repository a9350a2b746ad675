import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The sources of a package's entries: what its `exports` and `bin` promise in dist. */
export function entryPoints({ exports = {}, bin = {} }) {
  const promised = [...Object.values(exports).map((entry) => entry.default ?? entry), ...Object.values(bin)];
  return promised
    .filter((path) => path.startsWith('./dist/'))
    .map((path) => path.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
}

/** Whether a source is newer than the bundle, or there is none. */
export function isStale(folder) {
  const built = join(folder, 'dist', 'index.js');
  if (!existsSync(built)) return true;
  const builtMs = statSync(built).mtimeMs;
  const sources = [...filesBelow(join(folder, 'src')), join(folder, 'package.json')];
  return sources.some((file) => statSync(file).mtimeMs > builtMs);
}

/**
 * Writes the JavaScript of a package: one file per entry and one for what entries share, since each module that
 * an import has to find costs a third of a millisecond. The compiler has written the declarations before.
 */
export async function bundle(folder) {
  const { build } = await import('esbuild');
  const dist = join(folder, 'dist');
  const { version, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const file of filesBelow(dist))
    if (/\.js(\.map)?$/.test(file) || isLeftOver(file, folder)) rmSync(file);
  await build({
    absWorkingDir: folder,
    entryPoints: entryPoints(manifest),
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    outdir: 'dist',
    outbase: 'src',
    bundle: true,
    splitting: true,
    packages: 'external',
    external: ['node:*'],
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    chunkNames: 'shared-[hash]',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}

/** Whether a declaration was written for a source that is there no more; the compiler leaves it, and it would be packed. */
function isLeftOver(file, folder) {
  const [, path] = /^(.*)\.d\.ts(?:\.map)?$/.exec(relative(join(folder, 'dist'), file)) ?? [];
  return path !== undefined && !existsSync(join(folder, 'src', `${path}.ts`));
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await bundle(process.cwd());
  console.log(`bundled ${relative(join(process.cwd(), '..'), process.cwd())}`);
}
