import { describe, expect, it } from 'vitest';
import { findPackages } from '../src/installed-package.js';
import { type BackendName, loadBackend } from '../src/load-backend.js';
import { scratchProject } from './support/scratch-project.js';

const echo = 'export const createBackend = (settings) => ({ contract: 1, settings, from: import.meta.url });';
const tiny = "export const tinyModelPath = '/models/tiny.gguf';";

describe('loadBackend', () => {
  it('gives the one command that installs what is missing', async () => {
    using empty = scratchProject();
    const nowhere = { backend: 'nowhere' as BackendName, model: 'm' };
    await expect(loadBackend(nowhere, [empty.manifest])).rejects.toMatchObject({
      code: 'not_installed',
      message:
        '@melliflow/backend-nowhere is not installed. Install with:\n\n  npm install @melliflow/backend-nowhere\n',
    });
    expect(() => findPackages(['@melliflow/no-a', '@melliflow/no-b'], [empty.manifest])).toThrow(
      /^@melliflow\/no-a and @melliflow\/no-b are not installed.*\n\n {2}npm install @melliflow\/no-a @melliflow\/no-b\n$/,
    );
  });

  it('takes the first place that has the package', async () => {
    using empty = scratchProject();
    // A name that is not in this workspace, which a runner's NODE_PATH may lead to.
    const backend = 'elsewhere' as BackendName;
    using first = scratchProject({ '@melliflow/backend-elsewhere': echo });
    using second = scratchProject({ '@melliflow/backend-elsewhere': echo });
    const places = [empty, first, second].map(({ manifest }) => manifest);
    expect(await loadBackend({ backend, model: 'm' }, places)).toMatchObject({
      settings: { modelId: 'm' },
      from: expect.stringContaining(first.folder),
    });
  });

  it('refuses a backend of another contract, with what to upgrade', async () => {
    const later = "{ contract: 2, coreVersion: '2.3.4', provider: 'later', modelId: 'm' }";
    using project = scratchProject({
      '@melliflow/backend-openai': `export const createBackend = () => (${later});`,
    });
    await expect(loadBackend({ backend: 'openai', model: 'm' }, [project.manifest])).rejects.toMatchObject({
      code: 'unsupported_feature',
      message: expect.stringMatching(/^later: the backend has contract 2 .* Upgrade @melliflow\/core\.$/),
    });
  });

  it('knows where the tiny model lies, and that "tiny" is a model like others elsewhere', async () => {
    using project = scratchProject({
      '@melliflow/backend-llamacpp': echo,
      '@melliflow/backend-ollama': echo,
      '@melliflow/model-tiny': tiny,
    });
    const modelId = async (choice: Parameters<typeof loadBackend>[0]): Promise<unknown> =>
      (await loadBackend(choice, [project.manifest])) as unknown;
    expect(await modelId({ backend: 'llamacpp' })).toMatchObject({
      settings: { modelId: '/models/tiny.gguf' },
    });
    expect(await modelId({ backend: 'llamacpp', model: 'a.gguf' })).toMatchObject({
      settings: { modelId: 'a.gguf' },
    });
    expect(await modelId({ backend: 'ollama', model: 'tiny' })).toMatchObject({
      settings: { modelId: 'tiny' },
    });
  });

  it('hands on an address, and refuses one where the model runs in this process', async () => {
    using project = scratchProject({
      '@melliflow/backend-openai': echo,
      '@melliflow/backend-llamacpp': echo,
    });
    const baseURL = 'http://localhost:8000/v1';
    const settings = async (given: { baseURL?: string }): Promise<unknown> =>
      (
        (await loadBackend({ backend: 'openai', model: 'm', ...given }, [project.manifest])) as unknown as {
          settings: unknown;
        }
      ).settings;
    expect(await settings({ baseURL })).toEqual({ modelId: 'm', baseURL });
    expect(await settings({})).toEqual({ modelId: 'm' });
    await expect(loadBackend({ backend: 'llamacpp', baseURL }, [project.manifest])).rejects.toMatchObject({
      name: 'UsageError',
      message: '--base-url: llamacpp runs the model in this process; name another --backend.',
    });
  });

  it('asks for a model where there is none by default', async () => {
    using project = scratchProject({ '@melliflow/backend-openai': echo });
    await expect(loadBackend({ backend: 'openai' }, [project.manifest])).rejects.toMatchObject({
      name: 'UsageError',
      message: '--backend openai needs a model: add --model <id>, in the words of the provider.',
    });
  });

  it('takes a refused setting for what the command line said, and any other error as it is', async () => {
    using project = scratchProject({
      '@melliflow/backend-hf':
        "export const createBackend = () => { throw new TypeError('modelId must be good.'); };",
      '@melliflow/backend-openai': "export const createBackend = () => { throw new RangeError('odd'); };",
      '@melliflow/backend-watsonx':
        "export const createBackend = () => { throw new TypeError('baseURL must be one.'); };",
      '@melliflow/backend-ollama': "throw new Error('broken package');",
    });
    const load = (backend: BackendName) => loadBackend({ backend, model: 'm' }, [project.manifest]);
    await expect(load('hf')).rejects.toMatchObject({
      name: 'UsageError',
      message: '--model: modelId must be good.',
    });
    await expect(load('watsonx')).rejects.toMatchObject({
      name: 'UsageError',
      message: '--base-url: baseURL must be one.',
    });
    await expect(load('openai')).rejects.toThrow(new RangeError('odd'));
    await expect(load('ollama')).rejects.toThrow('broken package');
  });
});
