// The program of the runtimes in headless Chromium, bundled by esbuild and by vite, and streams from Node to a page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { together } from './together.mjs';

const versions = { esbuild: '0.28.2', vite: '8.3.8' };

export async function browser(world) {
  const [tools, project] = await together([world.tools('bundlers', versions), world.programs()]);
  const html = readFileSync(join(import.meta.dirname, 'programs', 'index.html'), 'utf8');

  const withEsbuild = async (page) => {
    const site = `sites/esbuild-${page}`;
    const bundle = [
      '--bundle',
      '--minify',
      '--format=esm',
      '--log-level=warning',
      `--outfile=${site}/page.js`,
    ];
    await silently(project, tools.path('node_modules/.bin/esbuild'), [`programs/${page}.mjs`, ...bundle]);
    project.write(`${site}/index.html`, html.replace('page-program.mjs', 'page.js'));
    return site;
  };
  const withVite = async () => {
    const site = 'sites/vite';
    const args = ['build', 'programs', '--outDir', `../${site}`, '--emptyOutDir', '--logLevel', 'warn'];
    await silently(project, tools.path('node_modules/.bin/vite'), args);
    return site;
  };

  const expected = JSON.parse(await project.node('programs/print.mjs'));
  for (const site of [await withEsbuild('page-program'), await withVite()]) {
    const shown = JSON.parse(
      await project.node('programs/show-page.mjs', site, project.path(`${site}-profile`)),
    );
    assert.deepEqual(shown, expected, `the page in ${site} gives something else than Node`);
  }
  const site = await withEsbuild('page-streams');
  const told = await project.node('programs/check-streams.mjs', site, project.path(`${site}-profile`));
  const bundlers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Chromium gives what Node gives, by ${bundlers.join(' and ')}; ${told.trim()} events from Node to a page`;
}

/** A bundler that warns, for example of a module of Node, has found something that a browser lacks. */
async function silently(project, command, args) {
  const { stdout, stderr } = await project.run(command, args);
  assert.equal(stdout + stderr, '', `${command} has something to say`);
}
