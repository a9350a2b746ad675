import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setLogger } from '@melliflow/core';
import { tinyModelPath } from '@melliflow/model-tiny';
import { SimpleContext } from '@melliflow/stdlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBackend, LlamaCppBackend } from '../src/index.js';
import { defaultThreads } from '../src/llamacpp-settings.js';
import { tinyBackend } from './tiny-backend.js';

let folder: string;
let whole: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llamacpp-'));
  whole = await readFile(tinyModelPath);
});
afterAll(() => rm(folder, { recursive: true }));

/** Tries to load a file with these bytes. */
async function loading(name: string, bytes: Uint8Array | string): Promise<unknown> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return new LlamaCppBackend({ modelId: path }).load().catch((error: unknown) => error);
}

describe('model files', () => {
  test('a missing one is ModelNotFoundError, which every call gives, with the path', async () => {
    const backend = new LlamaCppBackend({ modelId: join(folder, 'missing.gguf') });
    const [thunk] = await backend.generateFromContext('Hello.', new SimpleContext());
    const failure = {
      code: 'model_not_found',
      provider: 'llamacpp',
      message: expect.stringContaining('missing.gguf'),
    };
    await expect(thunk.avalue()).rejects.toMatchObject(failure);
    await expect(backend.generateFromRaw(['a'], new SimpleContext())).rejects.toMatchObject({
      cause: failure,
    });
  });

  test('one that appears later is loaded by the next call', async () => {
    const path = join(folder, 'later.gguf');
    const backend = tinyBackend({ modelId: path });
    await expect(backend.load()).rejects.toMatchObject({ code: 'model_not_found' });
    await writeFile(path, whole);
    await backend.load();
  });

  test('one that is no GGUF says what it begins with', async () => {
    const error = await loading('notes.gguf', 'These are notes, not a model.');
    expect(error).toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/not a GGUF file.*"Thes"/),
    });
    expect(await loading('empty.gguf', '')).toMatchObject({
      message: expect.stringContaining('it is empty'),
    });
  });

  test.each([4, 20])('one that is cut after %d bytes says so', async (size) => {
    const error = await loading('head.gguf', whole.subarray(0, size));
    expect(error).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(`it has ${size} bytes`),
    });
  });

  test.each([100, 30_000, 700_000, 1_480_319])(
    'one that is cut after %d bytes says what may be wrong',
    async (size) => {
      const error = await loading('cut.gguf', whole.subarray(0, size));
      expect(error).toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('cut short or damaged'),
      });
    },
  );

  test('a folder is none', async () => {
    const error = await new LlamaCppBackend({ modelId: folder }).load().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('is a folder') });
  });

  test('a file: URL works, as text and as an object', () => {
    const url = pathToFileURL(tinyModelPath);
    expect(new LlamaCppBackend({ modelId: url }).modelId).toBe(tinyModelPath);
    expect(createBackend({ modelId: url.href }).modelId).toBe(tinyModelPath);
  });
});

test('where no prebuilt engine fits, the error names the machine and what to do', async () => {
  class NoBinaryFoundError extends Error {}
  const client = (): Promise<never> => Promise.reject(new NoBinaryFoundError('NoBinaryFoundError'));
  const backend = new LlamaCppBackend({ modelId: tinyModelPath, client });
  const error = await backend.load().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'unsupported_feature', provider: 'llamacpp', model: tinyModelPath });
  expect(error.message).toContain(`${process.platform}-${process.arch}`);
  expect(error.message).toContain('npm install @node-llama-cpp/');
});

test('the engine itself says the same for a GPU that has no package here', async () => {
  const backend = new LlamaCppBackend({ modelId: tinyModelPath, gpu: 'cuda' });
  await expect(backend.load()).rejects.toMatchObject({ code: 'unsupported_feature', message: /gpu: false/ });
});

test.each([
  [{ modelId: '' }, /modelId must be the path of a GGUF file; got ""/],
  [{ modelId: 'https://example.com/a.gguf' }, /modelId must be a path or a file: URL/],
  [{ modelId: 'a', contextSize: 0 }, /contextSize must be a whole number of at least 1; got 0/],
  [{ modelId: 'a', sequences: 1.5 }, /sequences must be a whole number of at least 1; got 1.5/],
  [{ modelId: 'a', threads: -1 }, /threads must be a whole number of at least 1; got -1/],
  [{ modelId: 'a', maxConcurrency: Number.NaN }, /maxConcurrency must be .*; got NaN/],
  [{ modelId: 'a', gpu: 'rocm' }, /gpu must be one of "auto", .*false; got "rocm"/],
  [{ modelId: 'a', client: {} }, /client must be an instance of Llama .*; got an object/],
])('bad settings name the field: %o', (settings, message) => {
  expect(() => new LlamaCppBackend(settings as never)).toThrow(message);
});

test.each([
  [1.5e6, 16, 1],
  [4e9, 16, 15],
  [4e9, 1, 1],
])('a model of %d bytes on %d cores takes %d threads', (sizeBytes, cores, threads) => {
  expect(defaultThreads(sizeBytes, cores)).toBe(threads);
});

test('dispose waits for what runs, and a later call loads again', async () => {
  const backend = tinyBackend({ sequences: 1 });
  const [running] = await backend.generateFromContext('Why is the sky blue?', new SimpleContext(), {
    modelOptions: { stream: true },
  });
  await running.astream();
  await backend.dispose();
  expect(running.settled).toBe(true);
  expect(await running.avalue()).toContain('sky');
  const [later] = await backend.generateFromContext('Why is the sky blue?', new SimpleContext());
  expect(await later.avalue()).toBe(running.value);
});

test('what the engine complains about goes to the logger, not to the console', async () => {
  const written = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  setLogger(logger);
  await loading('logged.gguf', whole.subarray(0, 30_000));
  await vi.waitFor(() => expect(logger.error).toHaveBeenCalled());
  setLogger(null);
  expect(logger.error.mock.calls[0]?.[0]).toMatch(/^llamacpp: /);
  for (const write of written) expect(write).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
