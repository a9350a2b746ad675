// The declarations in a user's TypeScript: every entry point and a program, with the newest and the oldest compiler.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyEntry } from './every-entry.mjs';
import { readJson, root } from './packed.mjs';
import { together } from './together.mjs';

/** The oldest compiler that knows `ESNext.Disposable`, which our declarations need. The README says it too. */
export const OLDEST_TYPESCRIPT = '5.2.2';

const resolutions = {
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};

/** Nothing is skipped: an error in declarations of others is one too, as long as there is none. */
const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  types: ['node'],
};

const libraries = { browser: ['es2023', 'dom', 'dom.iterable'], node: ['es2023'] };

/** The newest compiler: the one that this repository is built with. */
export const NEWEST_TYPESCRIPT = readJson(join(root, 'package.json')).devDependencies.typescript;

/** Compiles a program and a file with every entry point, declarations of all packages included. */
export async function typeCheck(project, packages, compiler, resolution, library) {
  project.write('types/every-entry.ts', everyEntry(packages).typed);
  project.write('types/story.ts', readFileSync(join(import.meta.dirname, 'programs', 'story.ts'), 'utf8'));
  const compilerOptions = { ...strict, ...resolutions[resolution], lib: libraries[library] };
  project.write('types/tsconfig.json', { compilerOptions, files: ['every-entry.ts', 'story.ts'] });
  await project.node(join(compiler, 'bin', 'tsc'), '-p', 'types');
}

export async function types(world) {
  const versions = {
    newest: `npm:typescript@${NEWEST_TYPESCRIPT}`,
    oldest: `npm:typescript@${OLDEST_TYPESCRIPT}`,
  };
  const [tools, { project }] = await together([world.tools('types', versions), world.installed()]);
  const check = (compiler, resolution, library) =>
    typeCheck(project, world.packages, tools.path('node_modules', compiler), resolution, library);
  for (const resolution of Object.keys(resolutions)) {
    await check('newest', resolution, 'browser');
    await check('newest', resolution, 'node');
    await check('oldest', resolution, 'browser');
  }
  return `TypeScript ${NEWEST_TYPESCRIPT} and ${OLDEST_TYPESCRIPT}, ${Object.keys(resolutions).join(' and ')}, no error in any declaration`;
}
