import { readFileSync } from 'node:fs';
import { setLogger } from '@melliflow/core';
import { afterEach, describe, expect, it } from 'vitest';
import { requirementCheckToBool } from '../src/index.js';

interface Case {
  in: string;
  returned?: boolean;
  log?: unknown[];
}
const { requirement_check_to_bool: cases } = JSON.parse(
  readFileSync(new URL('golden/components.json', import.meta.url), 'utf8'),
) as { requirement_check_to_bool: Case[] };

afterEach(() => setLogger(null));

describe('golden: requirement_check_to_bool', () => {
  it.each(cases)('$in', (given) => {
    const warned: string[] = [];
    const log = (message: string): unknown => warned.push(message);
    setLogger({ debug: log, info: log, warn: log, error: log });
    if (given.returned === undefined) expect(() => requirementCheckToBool(given.in)).toThrow();
    else expect(requirementCheckToBool(given.in)).toBe(given.returned);
    expect(warned).toHaveLength(given.log ? 1 : 0);
  });
});
