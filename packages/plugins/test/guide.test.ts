import { readdirSync, readFileSync } from 'node:fs';
import { type HookPayloads, HookType } from '@melliflow/core';
import { describe, expect, it } from 'vitest';
import { hookModes } from '../src/hook.js';
import { beforeHooks, errorHooks, type HookMode, writableFields } from '../src/index.js';
import { copiedFields } from '../src/policies.js';
import { hookTypes, payloads } from './support/payloads.js';

// A field that no payload has does not compile.
writableFields satisfies { readonly [T in HookType]: readonly (keyof HookPayloads[T])[] };

const guide = readFileSync(new URL('../../../docs/hooks.md', import.meta.url), 'utf8');

/** The cells of the table under this head. */
function table(head: string): string[][] {
  const lines = guide.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} `));
  expect(start, `the table ${head}`).toBeGreaterThan(0);
  const rest = lines.slice(start + 2);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const payloadOf = (type: HookType): string =>
  `${type.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase())}Payload`;
const code = (word: string): string => `\`${word}\``;

function cellOf(type: HookType, field: string): string {
  const writable: readonly string[] = writableFields[type];
  return writable.includes(field) ? `**${code(field)}**` : code(field);
}

const core = new URL('../../core/src/', import.meta.url);

/** The fields of a payload, in the order in which core declares them. */
function fieldsOf(type: HookType): string[] {
  const folder = new URL('hooks/', core);
  const files = readdirSync(folder).filter((file) => file.endsWith('-payloads.ts'));
  const source = files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
  const body = new RegExp(`interface ${payloadOf(type)} \\{([^]*?)\\n\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, field = '']) => field);
}

describe('the guide', () => {
  it('has every hook, the fields of its payload, the writable ones in bold, and who may block there', () => {
    const rows = hookTypes.map((type) => [
      code(type),
      fieldsOf(type)
        .map((field) => cellOf(type, field))
        .join(', '),
      errorHooks.has(type) ? 'no' : 'yes',
    ]);
    expect(table('hook')).toEqual(rows);
  });

  it('names payload types that core exports', () => {
    const index = readFileSync(new URL('index.ts', core), 'utf8');
    for (const type of hookTypes) expect(index).toMatch(new RegExp(`\\b${payloadOf(type)}\\b`));
  });

  it('has every mode, in order', () => {
    const modify: readonly HookMode[] = ['sequential', 'transform'];
    const blocks: readonly HookMode[] = ['sequential', 'concurrent'];
    const rows = table('mode').map(([mode = '', , mayModify, mayBlock]) => [
      mode.replace(/`| \(.*\)/g, ''),
      mayModify,
      mayBlock,
    ]);
    const yes = (modes: readonly HookMode[], mode: HookMode): string => (modes.includes(mode) ? 'yes' : '');
    expect(rows).toEqual(hookModes.map((mode) => [mode, yes(modify, mode), yes(blocks, mode)]));
  });
});

describe('the policies', () => {
  it('name fields that payloads have, copy what is writable and a list or a record, and count hooks once', () => {
    for (const type of hookTypes) {
      const named = [...writableFields[type], ...(copiedFields[type] ?? [])];
      expect(Object.keys(payloads[type]), type).toEqual(expect.arrayContaining(named));
      const lists = Object.entries(payloads[type]).filter(([, value]) => Array.isArray(value));
      expect(copiedFields[type] ?? [], type).toEqual(expect.arrayContaining(lists.map(([field]) => field)));
    }
    expect([...beforeHooks].filter((type) => errorHooks.has(type))).toEqual([]);
    for (const type of [...beforeHooks, ...errorHooks]) expect(Object.values(HookType)).toContain(type);
  });
});
