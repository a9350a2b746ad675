// One program on Node, Deno and Bun: the same results everywhere. Deno and Bun come from the npm registry.
import assert from 'node:assert/strict';
import { together } from './together.mjs';

const versions = { deno: '2.9.6', bun: '1.4.5' };

export async function runtimes(world) {
  const [tools, project] = await together([world.tools('runtimes', versions), world.programs()]);
  const output = async (command, ...args) =>
    JSON.parse((await project.run(command, [...args, 'programs/print.mjs'])).stdout);
  const binary = (name) => tools.path('node_modules', '.bin', name);
  const expected = await output(process.execPath);
  const onDeno = await output(binary('deno'), 'run', '--allow-all', '--no-remote');
  assert.deepEqual(onDeno, expected, 'Deno gives something else than Node');
  assert.deepEqual(await output(binary('bun')), expected, 'Bun gives something else than Node');
  return `Deno ${versions.deno} and Bun ${versions.bun} give what Node gives`;
}
