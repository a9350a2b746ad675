// A backend of one's own: made by `npm create` and by pnpm's, installed, and examined by its own tests.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root } from './packed.mjs';
import { Project } from './project.mjs';

export async function create(world) {
  const home = world.project('create');
  const { packageManager } = readJson(join(root, 'package.json'));
  const ours = { 'npm_config_@melliflow:registry': world.registry.url };
  await home.run('npm', ['create', '--yes', '@melliflow/backend', 'river'], ours);
  await home.run('npx', ['--yes', packageManager, 'create', '@melliflow/backend', 'lake'], ours);
  assert.ok(existsSync(home.path('lake', 'src', 'lake-backend.ts')), 'pnpm create made nothing');

  const river = new Project(home.path('river'), readJson(home.path('river', 'package.json')));
  await river.run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], ours);
  const { stdout } = await river.run('npm', ['test'], { ...ours, NO_COLOR: '1', FORCE_COLOR: '0' });
  const [, passed] = /Tests\D+(\d+) passed/.exec(stdout) ?? [];
  assert.ok(Number(passed) > 100, stdout.slice(-2000));
  return `made by npm and by ${packageManager}; installed, it passes ${passed} tests, its exam among them`;
}
