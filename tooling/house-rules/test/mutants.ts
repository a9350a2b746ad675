import type { Tree } from './small-tree.js';

/** A change to the good tree that one rule must notice. */
export interface Mutant {
  /** The rule that reports it. */
  readonly rule: string;
  readonly change: Tree;
  /** Part of what the rule says. */
  readonly says: string;
}

const lines = (count: number): string => 'export {};\n'.repeat(count);

/** A manifest in which all is well, but for the fields that a mutant adds or renames. */
const manifestOf = (name: string, fields: string): string =>
  `{ "name": "@melliflow/${name}", "license": "Apache-2.0", "type": "module", "engines": { "node": ">=20.19" },
     "sideEffects": false, "exports": { ".": "./dist/index.js", "./package.json": "./package.json" },
     "files": ["dist", "src"]${fields} }`;

const declares = (text: string): Tree => ({ 'packages/core/dist/content/part.d.ts': text });

/** At least one mutant for each rule; a rule that no mutant can wake would be decoration. */
export const mutants: readonly Mutant[] = [
  {
    rule: 'package-arrows',
    change: { 'packages/streaming/dist/chunk.js': "export { x } from '@melliflow/stdlib';\n" },
    says: 'packages/streaming/dist/chunk.js:1: value import of "@melliflow/stdlib"',
  },
  {
    rule: 'package-arrows',
    change: { 'packages/streaming/dist/chunk.d.ts': "\nexport declare const x: import('openai').Y;\n" },
    says: 'packages/streaming/dist/chunk.d.ts:2: type import of "openai"',
  },
  {
    rule: 'package-arrows',
    change: { 'packages/core/dist/index.js': 'export const load = (name) => import(name);\n' },
    says: 'a computed import()',
  },
  {
    rule: 'package-arrows',
    change: {
      'packages/newcomer/package.json': '{ "name": "@melliflow/newcomer" }',
      'packages/newcomer/tsconfig.json': '{}',
    },
    says: 'packages/newcomer/package.json: the package has no row',
  },
  {
    rule: 'package-arrows',
    change: { 'packages/core/dist/index.js': null },
    says: 'packages/core/dist: nothing is built',
  },
  {
    rule: 'declared-dependencies',
    change: {
      'packages/streaming/package.json': manifestOf(
        'streaming',
        ', "devDependencies": { "@melliflow/core": "*" }',
      ),
    },
    says: '"@melliflow/core" is imported but is neither',
  },
  {
    rule: 'declared-dependencies',
    change: { 'packages/cli/dist/bin.js': "import '@melliflow/backend-llamacpp';\n" },
    says: 'is an optional peer: a value import breaks',
  },
  {
    rule: 'declared-dependencies',
    change: { 'packages/cli/dist/bin.d.ts': "export type { X } from '@melliflow/backend-llamacpp';\n" },
    says: 'is an optional peer: a type import breaks',
  },
  {
    rule: 'core-folders',
    change: {
      'packages/core/src/errors/fail.ts':
        "import { run } from '../backend/run.js';\nexport const fail = run;\n",
    },
    says: 'packages/core/src/errors/fail.ts:1: a run-time import of backend/run.js',
  },
  {
    rule: 'core-folders',
    change: { 'packages/core/src/misc/odd.ts': 'export {};\n' },
    says: 'packages/core/src/misc/odd.ts: its folder has no row',
  },
  {
    rule: 'core-folders',
    change: { 'packages/core/src/content/part.ts': "export { run } from '../index.js';\n" },
    says: 'a run-time import of index.js',
  },
  {
    rule: 'runs-anywhere',
    change: { 'packages/core/dist/index.js': "import { join } from 'node:path';\n" },
    says: 'packages/core/dist/index.js:1: "node:path"',
  },
  {
    rule: 'runs-anywhere',
    change: { 'packages/streaming/dist/chunk.js': "import { readFile } from 'fs/promises';\n" },
    says: '"fs/promises" exists in Node alone',
  },
  {
    rule: 'runs-anywhere',
    change: { 'packages/core/dist/content/part.d.ts': "import type { Readable } from 'stream';\n" },
    says: '"stream" exists in Node alone',
  },
  {
    rule: 'runs-anywhere',
    change: { 'packages/testing/dist/shared.js': "import 'node:fs';\n" },
    says: 'packages/testing/dist/shared.js:1: "node:fs"',
  },
  {
    rule: 'index-names-only',
    change: {
      'packages/core/src/index.ts':
        "export { run } from './backend/run.js';\nexport * from './content/part.js';\n",
    },
    says: 'packages/core/src/index.ts:2',
  },
  {
    rule: 'index-names-only',
    change: { 'packages/core/src/content/index.ts': 'export const answer = 42;\n' },
    says: 'packages/core/src/content/index.ts:1',
  },
  {
    rule: 'provider-room',
    change: { 'packages/backend-llamacpp/src/history.ts': 'export {};\n' },
    says: 'packages/backend-llamacpp/src/history.ts: name it llamacpp-*.ts',
  },
  {
    rule: 'provider-room',
    change: { 'packages/backend-llamacpp/src/llamacpp-backend.ts': "export { x } from 'node-llama-cpp';\n" },
    says: 'only llamacpp-client.ts does',
  },
  {
    rule: 'provider-room',
    change: {
      'packages/backend-llamacpp/src/llamacpp-client.ts': "import type { Llama } from 'node-llama-cpp';\n",
    },
    says: 'llamacpp-client.ts: must be there and import',
  },
  {
    rule: 'file-names',
    change: { 'packages/core/src/content/stringUtils.ts': 'export {};\n' },
    says: '"stringUtils" is not kebab-case',
  },
  {
    rule: 'file-names',
    change: { 'packages/core/src/helpers/part.ts': 'export {};\n' },
    says: '"helpers" says nothing',
  },
  {
    rule: 'file-names',
    change: { 'tooling/checks/src/types.ts': 'export {};\n' },
    says: 'tooling/checks/src/types.ts: "types" says nothing',
  },
  {
    rule: 'file-length',
    change: { 'packages/core/src/content/part.ts': lines(301) },
    says: 'packages/core/src/content/part.ts: 301 lines',
  },
  {
    rule: 'package-manifest',
    change: { 'packages/core/README.md': null },
    says: 'packages/core/package.json: wants a README.md',
  },
  {
    rule: 'package-manifest',
    change: { 'packages/cli/LICENSE': null },
    says: 'packages/cli/package.json: wants a LICENSE',
  },
  ...['license', 'type', 'engines', 'sideEffects', 'exports', 'files'].map((field) => ({
    rule: 'package-manifest',
    change: { 'packages/core/package.json': manifestOf('core', '').replace(`"${field}"`, `"no-${field}"`) },
    says: field === 'exports' ? './package.json' : field === 'files' ? '"src" in "files"' : `"${field}"`,
  })),
  {
    rule: 'package-manifest',
    change: {
      'packages/streaming/package.json': manifestOf(
        'streaming',
        ', "dependencies": { "@melliflow/core": "workspace:^" }',
      ),
    },
    says: '"@melliflow/core": "workspace:^" as a peer',
  },
  {
    rule: 'package-manifest',
    change: {
      'packages/streaming/package.json': manifestOf(
        'streaming',
        ', "peerDependencies": { "@melliflow/core": "workspace:*" }',
      ),
    },
    says: '"@melliflow/core": "workspace:^" as a peer',
  },
  {
    rule: 'project-references',
    change: { 'packages/streaming/tsconfig.json': '{ "references": [] }' },
    says: 'packages/streaming/tsconfig.json: add the reference to ../core',
  },
  {
    rule: 'project-references',
    change: { 'packages/core/tsconfig.json': '{ "references": [{ "path": "../streaming" }] }' },
    says: 'packages/core/tsconfig.json: remove the reference to ../streaming',
  },
  {
    rule: 'public-declarations',
    change: declares('export declare class A { private x: 1; }'),
    says: 'a private member',
  },
  {
    rule: 'public-declarations',
    change: declares('export declare class A { protected x(): 1; }'),
    says: 'a protected member',
  },
  {
    rule: 'public-declarations',
    change: declares('export declare class A { #private; }'),
    says: 'a #private member',
  },
  {
    rule: 'public-declarations',
    change: declares('export declare const a: unique symbol;'),
    says: 'a unique symbol',
  },
  { rule: 'public-declarations', change: declares('export declare function a(x: any): 1;'), says: 'an any' },
];
