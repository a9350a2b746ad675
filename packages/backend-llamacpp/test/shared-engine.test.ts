import { getLlama } from 'node-llama-cpp';
import { expect, test, vi } from 'vitest';
import { tinyBackend } from './tiny-backend.js';

vi.mock('node-llama-cpp', async (original) => {
  const engine = await original<typeof import('node-llama-cpp')>();
  return { ...engine, getLlama: vi.fn(engine.getLlama) };
});

test('backends share one engine, which starts with the first load and not before', async () => {
  const backends = [tinyBackend(), tinyBackend(), tinyBackend()];
  expect(getLlama).not.toHaveBeenCalled();
  await Promise.all(backends.map((backend) => backend.load()));
  await backends[0]?.load();
  expect(getLlama).toHaveBeenCalledTimes(1);
});

test('an engine that failed to start is tried again', async () => {
  vi.mocked(getLlama).mockRejectedValueOnce(new Error('busy'));
  const backend = tinyBackend({ gpu: 'auto' });
  await expect(backend.load()).rejects.toMatchObject({ code: 'backend', message: 'llamacpp: busy' });
  await backend.load();
});
