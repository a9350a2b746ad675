import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Examination, examineProject } from '../src/doctor/examine-project.js';
import type { DoctorReport } from '../src/index.js';
import { json, type Loopback, serve } from './support/loopback.js';
import { core, onCore, type ProjectTree, projectTree } from './support/project-tree.js';

/** Stands for the Ollama of this machine, if it has one. */
let ollama: Loopback;
beforeAll(async () => {
  ollama = await serve(json({ '/api/tags': { models: [{ name: 'qwen3' }] } }));
});
afterAll(() => ollama[Symbol.asyncDispose]());

async function examine(
  { folder }: { readonly folder: string },
  more: Partial<Examination> = {},
): Promise<DoctorReport> {
  const env = { OLLAMA_HOST: ollama.url };
  return examineProject({ folder, urls: [], timeoutMs: 5000, env, nodeVersion: '24.11.0', ...more });
}

function problems({ findings }: DoctorReport) {
  return findings
    .filter(({ level }) => level === 'problem')
    .map(({ code, subject, message, fix }) => ({ code, subject, message, fix }));
}

const app = (dependencies: Record<string, string>, more: Record<string, unknown> = {}) => ({
  name: 'app',
  version: '1.0.0',
  dependencies,
  ...more,
});

const openai = onCore('@melliflow/backend-openai', '1.2.0', '^1.0.0', {
  dependencies: { openai: '^6.49.0 || ^7.0.0' },
});

/** What npm makes of one backend. */
const healthy = {
  '.': app({ '@melliflow/backend-openai': '^1.0.0', '@melliflow/core': '^1.0.0' }),
  'node_modules/@melliflow/core': core('1.1.0'),
  'node_modules/@melliflow/backend-openai': openai,
  'node_modules/openai': { name: 'openai', version: '7.57.0', engines: { node: '>=22.0.0' } },
};

describe('the packages of a project', () => {
  it('are all well as npm lays them out', async () => {
    using tree = projectTree(healthy);
    const report = await examine(tree);
    expect(report).toMatchObject({ doctor: 1, healthy: true, folder: tree.folder });
    expect(report.packages).toEqual([
      {
        name: '@melliflow/backend-openai',
        version: '1.2.0',
        folder: join(tree.folder, 'node_modules/@melliflow/backend-openai'),
        requiredBy: ['app'],
        contract: 1,
      },
      {
        name: '@melliflow/core',
        version: '1.1.0',
        folder: join(tree.folder, 'node_modules/@melliflow/core'),
        requiredBy: ['app', '@melliflow/backend-openai 1.2.0'],
        contract: 1,
      },
    ]);
    expect(report.findings).toContainEqual({
      area: 'packages',
      level: 'ok',
      code: 'package.installed',
      subject: '@melliflow/backend-openai 1.2.0',
      message: 'openai 7.57.0 (^6.49.0 || ^7.0.0)',
      fix: null,
    });
  });

  it('are found from a folder deep inside, and through the links of pnpm', async () => {
    const store = 'node_modules/.pnpm';
    using tree = projectTree({
      '.': app({ '@melliflow/backend-openai': '^1.0.0' }),
      'pnpm-lock.yaml': '',
      'src/deep/file.ts': '',
      [`${store}/core/node_modules/@melliflow/core`]: core('1.1.0'),
      [`${store}/openai/node_modules/@melliflow/backend-openai`]: openai,
      [`${store}/openai/node_modules/openai`]: { name: 'openai', version: '6.50.0' },
      [`${store}/openai/node_modules/@melliflow/core`]: {
        link: `${store}/core/node_modules/@melliflow/core`,
      },
      'node_modules/@melliflow/backend-openai': {
        link: `${store}/openai/node_modules/@melliflow/backend-openai`,
      },
    });
    const report = await examine(tree, { folder: join(tree.folder, 'src/deep') });
    expect(report.folder).toBe(tree.folder);
    expect(report.packages.map(({ name, folder }) => [name, folder])).toEqual([
      [
        '@melliflow/backend-openai',
        join(tree.folder, store, 'openai/node_modules/@melliflow/backend-openai'),
      ],
      ['@melliflow/core', join(tree.folder, store, 'core/node_modules/@melliflow/core')],
    ]);
    expect(problems(report)).toEqual([]);
  });

  it('are those of all members of a workspace', async () => {
    for (const workspace of [
      { '.': { name: 'all', workspaces: ['packages/*', '!packages/none'] } },
      { '.': { name: 'all', workspaces: { packages: ['./packages/**'] } } },
      {
        '.': { name: 'all' },
        'pnpm-workspace.yaml': "# ours\npackages:\n  - 'packages/*' # all\n  - tools\nother:\n  - x\n",
      },
    ]) {
      using tree = projectTree({
        ...workspace,
        'packages/app': app({ '@melliflow/core': '^2.0.0' }),
        'packages/app/node_modules/@melliflow/core': core('1.1.0'),
      });
      expect(problems(await examine(tree))).toMatchObject([
        { code: 'package.range', message: 'It needs @melliflow/core ^2.0.0, and gets 1.1.0.' },
      ]);
    }
  });

  it('are not those of members that a workspace excludes', async () => {
    using tree = projectTree({
      '.': { name: 'all', version: '1.0.0', workspaces: ['packages/**', '!**/fixtures/**/**'] },
      'node_modules/@melliflow/core': core('1.0.0'),
      'packages/one': app({ '@melliflow/core': '^2.0.0' }, { name: 'one' }),
      'packages/one/fixtures/two': app({ '@melliflow/core': '^3.0.0' }, { name: 'two' }),
    });
    expect(problems(await examine(tree)).map(({ subject }) => subject)).toEqual(['one 1.0.0']);
  });

  it('are told apart from a project whose package.json cannot be read', async () => {
    using tree = projectTree({
      'package.json': '{',
      'node_modules/@melliflow/core': core('1.0.0'),
      'node_modules/@melliflow/backend-tall': onCore('@melliflow/backend-tall', '1.0.0', '^2.0.0'),
      'node_modules/@melliflow/backend-tall/node_modules/@melliflow/core': core('2.0.0', {
        melliflow: { contract: 2 },
      }),
    });
    const codes = problems(await examine(tree)).map(({ code }) => code);
    expect(codes).toEqual(['project.manifest', 'core.duplicate', 'contract.skew']);
  });

  it.each([
    ['a file where packages of ours would be', { 'node_modules/@melliflow': 'none' }],
    ['a folder in the place of a list', { 'pnpm-workspace.yaml/readme': 'none' }],
    ['an unknown package manager', { '.': app({}, { packageManager: 'constructor@1.0.0' }) }],
    ['another one', { '.': app({}, { packageManager: '__proto__@1.0.0' }) }],
  ])('are looked for in spite of %s', async (_, entries) => {
    using tree = projectTree({ '.': app({}), ...entries });
    expect(problems(await examine(tree))).toMatchObject([
      { code: 'package.none', fix: 'npm install @melliflow/core @melliflow/stdlib' },
    ]);
  });

  it('tell each peer that is too old or missing, with the command that mends it', async () => {
    using tree = projectTree({
      ...healthy,
      'node_modules/@melliflow/backend-openai': onCore('@melliflow/backend-openai', '1.2.0', '^1.2.0', {
        dependencies: { openai: '^6.49.0' },
      }),
      'node_modules/@melliflow/telemetry': onCore('@melliflow/telemetry', '1.0.0', '>=1', {
        peerDependencies: { '@melliflow/core': '>=1', '@opentelemetry/api': '^1.9.0', ghost: '*' },
        peerDependenciesMeta: { ghost: { optional: true } },
      }),
      'yarn.lock': '',
    });
    expect(problems(await examine(tree))).toEqual([
      {
        code: 'package.range',
        subject: '@melliflow/backend-openai 1.2.0',
        message: 'It needs openai ^6.49.0, and gets 7.57.0.',
        fix: 'yarn add openai@^6.49.0',
      },
      {
        code: 'package.range',
        subject: '@melliflow/backend-openai 1.2.0',
        message: 'It needs @melliflow/core ^1.2.0, and gets 1.1.0.',
        fix: 'yarn add @melliflow/core@^1.2.0',
      },
      {
        code: 'package.missing',
        subject: '@melliflow/telemetry 1.0.0',
        message: 'It needs @opentelemetry/api ^1.9.0, which is not installed.',
        fix: 'yarn add @opentelemetry/api@^1.9.0',
      },
    ]);
  });

  it('tell an SDK that is not installed, and what the project names in vain', async () => {
    using tree = projectTree({
      '.': app({ '@melliflow/backend-openai': '^1.0.0', '@melliflow/stdlib': '^1.0.0' }),
      'node_modules/@melliflow/core': core('1.0.0'),
      'node_modules/@melliflow/backend-openai': openai,
    });
    expect(problems(await examine(tree)).map(({ subject, message }) => [subject, message])).toEqual([
      ['@melliflow/backend-openai 1.2.0', 'It names openai ^6.49.0 || ^7.0.0, which is not installed.'],
      ['app 1.0.0', 'It names @melliflow/stdlib ^1.0.0, which is not installed.'],
    ]);
  });

  it('take a prerelease for the version that it comes before, and what is no range for fitting', async () => {
    using tree = projectTree({
      '.': app({
        '@melliflow/core': 'workspace:^',
        '@melliflow/backend-openai': 'npm:@melliflow/backend-openai@^1.0.0',
      }),
      'node_modules/@melliflow/core': core('1.1.0-rc.1'),
      'node_modules/@melliflow/backend-openai': onCore('@melliflow/backend-openai', '1.0.0', '^1.0.0'),
    });
    expect(problems(await examine(tree))).toEqual([]);
  });

  it('are told of when there are none, or no project', async () => {
    using tree = projectTree({ 'readme.md': '' });
    const report = await examine(tree);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ code: 'project.none', level: 'note', fix: 'npm init -y' }),
    );
    expect(problems(report)).toMatchObject([
      { code: 'package.none', fix: 'npm install @melliflow/core @melliflow/stdlib' },
    ]);
  });

  it.each(['{ "name": ', '[]', '{"name":7,"dependencies":{"../../x":"1","a":2},"workspaces":{"a":1}}'])(
    'do no harm with a package.json that is %s',
    async (text) => {
      using tree = projectTree({ 'package.json': text, 'node_modules/@melliflow/core': core('1.0.0') });
      const report = await examine(tree);
      expect(report.packages).toMatchObject([{ name: '@melliflow/core', requiredBy: [] }]);
      expect(report.healthy).toBe(text !== '{ "name": ');
    },
  );

  it("say that Yarn's Plug'n'Play cannot be looked into", async () => {
    using tree = projectTree({ '.': app({}), '.pnp.cjs': '' });
    expect(problems(await examine(tree))[0]).toMatchObject({ code: 'project.pnp' });
  });
});

describe('copies of core', () => {
  const twice = (range: string) => ({
    ...healthy,
    'node_modules/acme': { name: 'acme', version: '2.0.0', dependencies: { '@melliflow/core': range } },
    'node_modules/acme/node_modules/@melliflow/core': core('1.3.0'),
    '.': app({ acme: '^2.0.0', '@melliflow/backend-openai': '^1.0.0', '@melliflow/core': '^1.0.0' }),
  });

  it('are all found, with who brings them; one that fits all ranges makes them one', async () => {
    using tree = projectTree(twice('^1.3.0'));
    expect(problems(await examine(tree))).toEqual([
      {
        code: 'core.duplicate',
        subject: '@melliflow/core',
        message:
          'There are 2 copies: 1.1.0 in node_modules/@melliflow/core (app, @melliflow/backend-openai 1.2.0); ' +
          '1.3.0 in node_modules/acme/node_modules/@melliflow/core (acme 2.0.0).',
        fix: 'npm dedupe',
      },
    ]);
  });

  it('that no version can replace are looked up', async () => {
    using tree = projectTree(twice('1.3.0 || 9'));
    using other = projectTree({
      ...twice('^2.0.0'),
      'node_modules/acme/node_modules/@melliflow/core': core('2.0.0'),
    });
    expect(problems(await examine(tree))[0]?.fix).toBe('npm dedupe');
    expect(problems(await examine(other)).find(({ code }) => code === 'core.duplicate')?.fix).toBe(
      'npm ls @melliflow/core',
    );
  });

  it('of other packages are only noted', async () => {
    using tree = projectTree({
      ...healthy,
      'node_modules/@melliflow/schema': onCore('@melliflow/schema', '1.0.0', '^1.0.0'),
      'node_modules/@melliflow/backend-openai/node_modules/@melliflow/schema': onCore(
        '@melliflow/schema',
        '1.0.1',
        '^1.0.0',
      ),
      'node_modules/@melliflow/backend-openai': onCore('@melliflow/backend-openai', '1.2.0', '^1.0.0', {
        dependencies: { '@melliflow/schema': '^1.0.1' },
      }),
    });
    const report = await examine(tree);
    expect(report.healthy).toBe(true);
    expect(report.findings.map(({ code }) => code)).toContain('package.duplicate');
  });
});

describe('contract numbers', () => {
  const backend = (contract: number) =>
    onCore('@acme/melliflow-backend', '3.0.0', '*', { melliflow: { contract } });

  it.each([
    [0, 'npm install @acme/melliflow-backend@latest'],
    [2, 'npm install @melliflow/core@latest'],
  ])('of a backend of others that says %i name the package that has to move', async (contract, fix) => {
    using tree = projectTree({
      '.': app({ '@acme/melliflow-backend': '*', '@melliflow/core': '*' }),
      'node_modules/@melliflow/core': core('1.0.0'),
      'node_modules/@acme/melliflow-backend': backend(contract),
    });
    const report = await examine(tree);
    expect(problems(report)).toEqual([
      {
        code: 'contract.skew',
        subject: '@acme/melliflow-backend 3.0.0',
        message: `It is written for contract ${contract}, and core 1.0.0 has contract 1.`,
        fix,
      },
    ]);
    expect(report.packages.map((one) => one.contract)).toEqual([contract, 1]);
  });

  it.each(['dependencies', 'peerDependencies'])(
    'of a backend that says none are those of the core that it extends, by its %s',
    async (member) => {
      using tree = projectTree({
        '.': app({ '@acme/melliflow-backend': '*', '@melliflow/core': '*' }),
        'node_modules/@melliflow/core': core('1.0.0'),
        'node_modules/@acme/melliflow-backend': {
          name: '@acme/melliflow-backend',
          version: '3.0.0',
          [member]: { '@melliflow/core': '*' },
        },
        'node_modules/@acme/melliflow-backend/node_modules/@melliflow/core': core('2.0.0', {
          melliflow: { contract: 2 },
        }),
      });
      expect(problems(await examine(tree)).map(({ code }) => code)).toEqual([
        'core.duplicate',
        'contract.skew',
      ]);
    },
  );

  it('of a core that says none are seen at the module, and a broken one is told', async () => {
    const modules = { type: 'module', melliflow: undefined, exports: './index.js' };
    const place = 'node_modules/@melliflow/core';
    using tree = projectTree({
      '.': app({ '@melliflow/core': '*' }),
      [place]: core('1.0.0', modules),
      [`${place}/index.js`]: 'export class Backend { contract = 7; }',
    });
    expect((await examine(tree)).packages).toMatchObject([{ contract: 7 }]);
    using broken = projectTree({
      '.': app({ '@melliflow/core': '*' }),
      [place]: core('1.0.0', modules),
      [`${place}/index.js`]: 'throw new Error("half installed")',
    });
    expect(problems(await examine(broken))).toMatchObject([
      { code: 'core.unloadable', message: 'It cannot be loaded: Error: half installed' },
    ]);
  });

  it('of the real core is 1', async () => {
    const report = await examine({ folder: join(import.meta.dirname, '..') });
    expect(report.packages.find(({ name }) => name === '@melliflow/core')?.contract).toBe(1);
  });
});

describe('Node', () => {
  const versions = (nodeVersion: string) => async (tree: ProjectTree) =>
    (await examine(tree, { nodeVersion })).findings
      .filter(({ area }) => area === 'node')
      .map(({ level, message, fix }) => [level, message, fix]);

  it('that a package of ours refuses is a problem, that a library doubts a note', async () => {
    using tree = projectTree({
      ...healthy,
      'node_modules/@melliflow/core': core('1.1.0', { engines: { node: '>=20.19' } }),
    });
    const platform = `${process.platform} ${process.arch}`;
    expect(await versions('22.1.0')(tree)).toEqual([['ok', platform, null]]);
    expect(await versions('20.19.0')(tree)).toEqual([
      ['ok', platform, null],
      ['note', 'openai 7.57.0 is made for Node >=22.0.0.', 'nvm install 22'],
    ]);
    expect((await versions('18.20.0')(tree))[0]).toEqual([
      'problem',
      '@melliflow/core needs Node >=20.19.',
      'nvm install 20',
    ]);
  });
});
