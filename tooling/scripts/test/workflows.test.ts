import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../prepare.mjs';
import { absentNames, faultsOf, type Workflow } from './support/workflow-faults.js';

const folder = join(root, '.github', 'workflows');
const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const read = (name: string): Workflow => parse(texts.get(name) ?? '');

describe('the workflows', () => {
  it.each([...texts])('%s: pinned, with the least permissions, and of what is there', (_name, text) => {
    expect(faultsOf(text, root)).toEqual([]);
  });

  it('use one release of each action', () => {
    const uses = [...texts.values()].join('\n').matchAll(/uses: ([\w/-]+)(@.+)/g);
    const releases = [...new Set([...uses].map(([, action, release]) => `${action}${release}`))];
    const actions = releases.map((release) => release.split('@')[0]);
    expect(actions.toSorted()).toEqual([
      'actions/checkout',
      'actions/deploy-pages',
      'actions/setup-node',
      'actions/upload-pages-artifact',
      'changesets/action',
    ]);
  });

  it('are few, and three jobs write more than nothing', () => {
    const writing = [...texts.keys()].flatMap((name) =>
      Object.entries(read(name).jobs).flatMap(([job, { permissions = {} }]) =>
        Object.values(permissions).includes('write') ? [`${name} ${job} ${Object.keys(permissions)}`] : [],
      ),
    );
    expect(writing).toEqual([
      'release.yml version contents,pull-requests',
      'release.yml publish contents,id-token',
      'site.yml deploy pages,id-token',
    ]);
  });

  it('test the oldest Node that `engines` allows, each line with long support, and the newest', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
    const matrix = read('ci.yml').jobs.test?.strategy?.matrix;
    expect(matrix?.node).toEqual([`${major}.${minor}.0`, '20', '22', '24', 'latest']);
    expect(matrix?.os).toEqual(['ubuntu-latest', 'macos-latest', 'windows-latest']);
    expect(matrix?.exclude).toEqual([{ os: 'ubuntu-latest', node: '24' }]);
    expect(read('ci.yml').jobs.gate?.steps.at(-1)?.run).toBe('.ci/run');
  });

  it('ask providers whom the command knows, each with its own keys alone', () => {
    const text = texts.get('live.yml') ?? '';
    const { inputs } = read('live.yml').on.workflow_dispatch as {
      inputs: Record<string, { options: string[] }>;
    };
    const commands = readFileSync(join(root, 'packages', 'cli', 'README.md'), 'utf8');
    for (const provider of inputs.provider?.options ?? []) {
      expect(commands).toContain(`\`${provider}\``);
      expect(text).toContain(`inputs.provider == '${provider}' && secrets.`);
    }
    const secrets = [...text.matchAll(/.*secrets\..*/g)].map(([line]) => line);
    for (const line of secrets) expect(line).toMatch(/inputs\.provider == '\w+' && secrets\.\w+ \|\| ''/);
  });

  it('build the site for the path that it gets', () => {
    expect(texts.get('site.yml')).toMatch(/SITE_BASE: \/\S+ github\.event\.repository\.name \}\}\/$/m);
    expect(readFileSync(join(root, 'site', '.vitepress', 'config.mjs'), 'utf8')).toContain(
      'process.env.SITE_BASE',
    );
  });
});

describe('the gate', () => {
  it('names what is there, and all that must pass', () => {
    const gate = readFileSync(join(root, '.ci', 'run'), 'utf8').replace(/^#.*/gm, '');
    expect(absentNames(gate, root)).toEqual([]);
    for (const part of ['npm test', 'soak', 'trials/run', 'site/check', 'node24', 'clone-check'])
      expect(gate).toContain(part);
  });
});

describe('a fault', () => {
  const sound = texts.get('live.yml') ?? '';
  it.each([
    ['permissions: {}', 'permissions: write-all', 'it gives permissions to all jobs'],
    ['concurrency:', 'env:', 'it may run twice at once'],
    ['workflow_dispatch:', 'pull_request_target:', 'it runs strangers’ code with our permissions'],
    [/@[0-9a-f]{40} # v7.0.1/, '@v7', 'uses: actions/checkout@v7 is no commit of a release that is named'],
    [' # v7.0.1', '', 'is no commit of a release that is named'],
    ['    permissions:\n      contents: read\n', '', 'live does not say what it may do'],
    ['    timeout-minutes: 15\n', '', 'live may run for six hours'],
    ['    environment: live\n', '', 'live has secrets, but no environment'],
    ['persist-credentials: false', 'fetch-depth: 1', 'the token stays in the clone'],
    ['"$MODEL"', '\u0024{{ inputs.model }}', 'has an expression in it'],
    ['npm start', 'npm begin', 'no script begin'],
    ['scripts/live.mjs', 'scripts/gone.mjs', 'no file tooling/scripts/gone.mjs'],
  ])('is found: %s', (good, bad, fault) => {
    const text = sound.replace(good, bad);
    expect(text).not.toBe(sound);
    expect(faultsOf(text, root).join('\n')).toContain(fault);
  });
});
