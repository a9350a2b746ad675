// `melliflow doctor` in a project that is well, and in the same with a second copy of core.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { npmInstall } from './world.mjs';

const names = ['cli', 'core', 'stdlib', 'backend-openai'];

export async function doctor(world) {
  const dependencies = Object.fromEntries(names.map((name) => [`@melliflow/${name}`, '*']));
  const project = world.project('doctor', { dependencies });
  await npmInstall(project);
  const ask = () => project.run(process.execPath, ['node_modules/@melliflow/cli/dist/bin.js', 'doctor']);
  const well = (await ask()).stdout;
  assert.match(well, /✓ @melliflow\/backend-openai/);
  assert.match(well, /All is well/);

  const core = 'node_modules/@melliflow/core';
  cpSync(project.path(core), project.path('node_modules/@melliflow/stdlib', core), { recursive: true });
  await assert.rejects(ask, /doctor: 1\n.*There are 2 copies.*npm dedupe/s);
  return 'a project is well, and a second copy of core is a problem';
}
