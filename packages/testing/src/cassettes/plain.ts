import { createHash } from 'node:crypto';
import { className } from '@melliflow/core/implement';
import type { Clean } from './scrub.js';

/** Deeper than any request; what goes further is a circle. */
const MAX_DEPTH = 100;

/** Under this name stand numbers that JSON does not have: a log probability may be minus infinity. */
const NUMBER = '$number';

/** A copy of `value` as plain data with every text cleaned, bytes as a hash. What has no plain form is named by its class. */
export function plain(value: unknown, clean: Clean, name = '', depth = 0): unknown {
  if (typeof value === 'string') return clean(value, name);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [NUMBER]: String(value) };
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => plain(item, clean, name, depth + 1) ?? null);
  if (ArrayBuffer.isView(value)) return `sha256:${digest(bytesOf(value))}`;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return plain(toJSON.call(value, name), clean, name, depth + 1);
  if (!isPlain(value)) return `[${className(value)}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => [clean(key), plain(member, clean, key, depth + 1)]);
  return Object.fromEntries(members);
}

/** Gives back the numbers that JSON does not have, and leaves alone what only looks like one. */
export function revived(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return value;
  const text = (value as { [NUMBER]?: unknown })[NUMBER];
  return typeof text === 'string' && /^(NaN|-?Infinity)$/.test(text) ? Number(text) : value;
}

/** Plain data with the members of its objects in order, so that the same is written the same. */
export function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

/** SHA-256 of plain data whatever the order of its members: half of it, which tells enough apart. */
export function hashOf(data: unknown): string {
  return digest(JSON.stringify(sorted(data)));
}

function digest(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 32);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
