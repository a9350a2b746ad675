import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** A package as a browser would load it. */
export interface BrowserBundle {
  /** Minified and gzipped. */
  readonly gzipBytes: number;
  /** Modules of Node that it still names; a browser has none of them. */
  readonly nodeImports: readonly string[];
}

/** Bundles all exports of a module for the browser. */
export async function browserBundle(module: string, resolveDir: string): Promise<BrowserBundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from '${module}';`, resolveDir },
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    external: ['node:*'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return {
    gzipBytes: gzipSync(outputFiles[0]?.contents ?? '').length,
    nodeImports: imports.filter(({ external }) => external).map(({ path }) => path),
  };
}
