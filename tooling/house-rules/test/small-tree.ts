import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path from the root; null takes one away. */
export type Tree = Readonly<Record<string, string | null>>;

/** Writes the files to a temporary folder, hands it to `look` and clears it away. */
export function withTree<T>(files: Tree, look: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'house-rules-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) continue;
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return look(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const manifest = (fields: Record<string, unknown>): string =>
  JSON.stringify({
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=20.19' },
    sideEffects: false,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist', 'src'],
    ...fields,
  });

const peerOfCore = { '@melliflow/core': 'workspace:^' };

/** A small repository in which every rule is content: a law, a library on it, a provider and a program. */
export const goodTree: Tree = {
  'packages/core/package.json': manifest({ name: '@melliflow/core' }),
  'packages/core/README.md': '# core',
  'packages/core/LICENSE': 'Apache',
  'packages/core/tsconfig.json': '{ "references": [] }',
  'packages/core/src/index.ts':
    "export type { Part } from './content/part.js';\nexport { run } from './backend/run.js';\n",
  'packages/core/src/content/part.ts':
    "import type { run } from '../backend/run.js';\nexport interface Part { run: typeof run }\n",
  'packages/core/src/backend/run.ts':
    "import { fail } from '../errors/fail.js';\nexport const run = () => fail();\n",
  'packages/core/src/errors/fail.ts': 'export const fail = () => 1;\n',
  'packages/core/dist/index.js': "export { run } from './backend/run.js';\n",
  'packages/core/dist/index.d.ts': "export type { Part } from './content/part.js';\n",
  'packages/core/dist/content/part.d.ts': 'export interface Part { any: string; private: "protected" }\n',

  'packages/streaming/package.json': manifest({ name: '@melliflow/streaming', peerDependencies: peerOfCore }),
  'packages/streaming/README.md': '# streaming',
  'packages/streaming/LICENSE': 'Apache',
  'packages/streaming/tsconfig.json': '{ "references": [{ "path": "../core" }] }',
  'packages/streaming/src/index.ts': "export { chunk } from './chunk.js';\n",
  'packages/streaming/src/chunk.ts': "import { run } from '@melliflow/core';\nexport const chunk = run;\n",
  'packages/streaming/dist/chunk.js':
    "import { run } from '@melliflow/core/implement';\nexport const chunk = run;\n",
  'packages/streaming/dist/chunk.d.ts': "export declare const chunk: import('@melliflow/core').Part;\n",

  'packages/testing/package.json': manifest({ name: '@melliflow/testing', peerDependencies: peerOfCore }),
  'packages/testing/README.md': '# testing',
  'packages/testing/LICENSE': 'Apache',
  'packages/testing/tsconfig.json': '{ "references": [{ "path": "../core" }] }',
  'packages/testing/src/index.ts': "export { script } from './script.js';\n",
  'packages/testing/src/script.ts': 'export const script = [];\n',
  'packages/testing/dist/index.js': 'export const script = [];\n',
  'packages/testing/dist/cassettes/index.js': "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",

  'packages/backend-llamacpp/package.json': manifest({
    name: '@melliflow/backend-llamacpp',
    dependencies: { 'node-llama-cpp': '^3.0.0' },
    peerDependencies: peerOfCore,
  }),
  'packages/backend-llamacpp/README.md': '# backend-llamacpp',
  'packages/backend-llamacpp/LICENSE': 'Apache',
  'packages/backend-llamacpp/tsconfig.json': '{ "references": [{ "path": "../core" }] }',
  'packages/backend-llamacpp/src/index.ts': "export { history } from './to-llamacpp-history.js';\n",
  'packages/backend-llamacpp/src/to-llamacpp-history.ts':
    "import type { Llama } from 'node-llama-cpp';\nexport const history = (llama: Llama) => llama;\n",
  'packages/backend-llamacpp/src/llamacpp-client.ts': "export const load = () => import('node-llama-cpp');\n",
  'packages/backend-llamacpp/dist/llamacpp-client.js':
    "import { cpus } from 'node:os';\nexport const load = () => [import('node-llama-cpp'), cpus()];\n",

  'packages/cli/package.json': manifest({
    name: '@melliflow/cli',
    bin: { melliflow: './dist/bin.js' },
    dependencies: peerOfCore,
    peerDependencies: { '@melliflow/backend-llamacpp': 'workspace:^' },
    peerDependenciesMeta: { '@melliflow/backend-llamacpp': { optional: true } },
  }),
  'packages/cli/README.md': '# cli',
  'packages/cli/LICENSE': 'Apache',
  'packages/cli/tsconfig.json': '{ "references": [{ "path": "../core" }] }',
  'packages/cli/src/bin.ts': "import('@melliflow/backend-llamacpp');\n",
  'packages/cli/dist/bin.js':
    "import '@melliflow/core';\nimport('@melliflow/backend-llamacpp');\nimport('@melliflow/backend-' + 'x');\n",
};
