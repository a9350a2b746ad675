import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tinyModelPath, tinyModelUrl } from '../src/tiny-model.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the tiny model', () => {
  it('lies at an absolute path, which the URL names too', () => {
    expect(isAbsolute(tinyModelPath)).toBe(true);
    expect(fileURLToPath(tinyModelUrl)).toBe(tinyModelPath);
  });

  it('is a GGUF file of version 3', () => {
    const bytes = readFileSync(tinyModelPath);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('GGUF');
    expect(bytes.readUInt32LE(4)).toBe(3);
  });

  it('has the size and the checksum that the README states', () => {
    const bytes = readFileSync(tinyModelPath);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(bytes.length).toBe(1_480_320);
    expect(sha256).toBe('4e0b6b48be10fbb980f42d24fb48e5e7530bc5b2efc80f7bb92ab7c7d8087385');
    expect(readme).toContain('1,480,320 bytes');
    expect(readme).toContain(sha256);
  });

  it('can be resolved by its name in the package', () => {
    const resolve = createRequire(import.meta.url).resolve;
    expect(resolve('@melliflow/model-tiny/tiny.gguf')).toBe(tinyModelPath);
  });
});
