import type { HookType } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { writableFields } from './policies.js';

type Kind = readonly [must: string, fits: (value: unknown) => boolean];

const list: Kind = ['an array', Array.isArray];
const yesOrNo: Kind = ['a boolean', (value) => typeof value === 'boolean'];

/** What the program needs a writable field to be; it checks the rest itself, such as single options. */
const kinds: Readonly<Record<string, Kind>> = {
  modelOptions: ['an object', isObject],
  format: ['a schema or null', (value) => value === null || typeof value === 'function' || isObject(value)],
  requirements: list,
  results: list,
  toolCalls: yesOrNo,
  toolCallsEnabled: yesOrNo,
  allValidationsPassed: yesOrNo,
  loopBudget: ['a number', (value) => typeof value === 'number'],
  modelToolCall: ['a ModelToolCall', isObject],
  modelId: ['a text or null', (value) => value === null || typeof value === 'string'],
  strategy: [
    'a strategy or null',
    (value) => value === null || typeof (value as { sample?: unknown }).sample === 'function',
  ],
};

/** @throws TypeError when a writable field gets a value that the program cannot go on with: it names the field. */
export function checkChanges(type: HookType, changes: Readonly<Record<string, unknown>>): void {
  for (const field of writableFields[type]) {
    const [must, fits] = kinds[field] ?? [];
    const value = changes[field];
    if (value === undefined || !fits || fits(value)) continue;
    throw new TypeError(
      `modify(payload, { ${field} }) in ${type}: it must be ${must}, got ${describe(value)}.`,
    );
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
