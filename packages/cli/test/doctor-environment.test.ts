import { describe, expect, it } from 'vitest';
import { environmentFindings, variablesOf } from '../src/doctor/environment-findings.js';
import { harmless } from '../src/doctor/harmless.js';
import { ollamaHost } from '../src/doctor/ollama-host.js';

const secret = 'sk-very-secret-1234';

function beyondOk(env: Record<string, string>, backends: string[] = [], node = '24.11.0') {
  return environmentFindings(env, new Set(backends), node)
    .filter(({ level }) => level !== 'ok')
    .map(({ level, code, subject, fix }) => [level, code, subject, fix]);
}

describe('the variables', () => {
  it('are told by name, with where they lead', () => {
    const env = {
      OPENAI_API_KEY: secret,
      OPENAI_ORG_ID: 'org',
      HF_TOKEN: secret,
      HF_INFERENCE_ENDPOINT: 'https://me.endpoints.huggingface.cloud/v1/?token=abc',
      WATSONX_APIKEY: secret,
      OLLAMA_API_KEY: secret,
      OLLAMA_HOST: '0.0.0.0',
      OPENAI_BASE_URL: '  ',
      PATH: '/bin',
    };
    expect(variablesOf(env)).toEqual([
      { name: 'OPENAI_API_KEY', endpoint: 'https://api.openai.com/v1' },
      { name: 'OPENAI_ORG_ID', endpoint: 'https://api.openai.com/v1' },
      { name: 'HF_TOKEN', endpoint: 'https://me.endpoints.huggingface.cloud/v1' },
      { name: 'HF_INFERENCE_ENDPOINT', endpoint: 'https://me.endpoints.huggingface.cloud/v1' },
      { name: 'WATSONX_APIKEY', endpoint: null },
      { name: 'OLLAMA_API_KEY', endpoint: 'https://ollama.com' },
      { name: 'OLLAMA_HOST', endpoint: 'http://127.0.0.1:11434' },
    ]);
    expect(JSON.stringify(environmentFindings(env, new Set(), '24.0.0'))).not.toMatch(
      /secret|token=abc|org"/,
    );
  });

  it.each([
    [
      { OPENAI_BASE_URL: 'localhost:8000' },
      'variable.address',
      'export OPENAI_BASE_URL=https://api.openai.com/v1',
    ],
    [
      { OPENAI_BASE_URL: `http://me:${secret}@host/v1` },
      'variable.password',
      'export OPENAI_BASE_URL=https://api.openai.com/v1',
    ],
    [
      { OLLAMA_HOST: `http://me:${secret}@host` },
      'variable.password',
      'export OLLAMA_HOST=http://127.0.0.1:11434',
    ],
    [{ OLLAMA_HOST: 'http://host:1/v1' }, 'variable.address', 'export OLLAMA_HOST=http://127.0.0.1:11434'],
    [
      { WATSONX_AI_URL: 'dallas' },
      'variable.address',
      'export WATSONX_AI_URL=https://us-south.ml.cloud.ibm.com',
    ],
    [{ WATSONX_PROJECT_ID: 'p', WATSONX_AI_SPACE_ID: 's' }, 'variable.both', 'unset WATSONX_AI_SPACE_ID'],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'tls.unchecked', 'unset NODE_TLS_REJECT_UNAUTHORIZED'],
  ])('that cannot be are problems, without their values: %j', (env: Record<string, string>, code, fix) => {
    expect(beyondOk(env)).toEqual([['problem', code, expect.any(String), fix]]);
    expect(JSON.stringify(environmentFindings(env, new Set(), '24.0.0'))).not.toContain(secret);
  });

  it('that hold a key are missed where their backend is installed', () => {
    const backends = ['openai', 'hf', 'ollama'].map((name) => `@melliflow/backend-${name}`);
    expect(beyondOk({ OPENAI_BASE_URL: 'http://localhost:8000/v1' }, backends)).toEqual([
      ['note', 'variable.no_key', 'HF_TOKEN', 'export HF_TOKEN=…'],
    ]);
    const told = environmentFindings({}, new Set(backends), '24.11.0').map(({ message }) => message);
    expect(told).toContain(
      'No key for openai is in the environment; without it a program gives apiKey, unless its server wants none.',
    );
  });

  it('that name a proxy say whether Node takes it', () => {
    const https_proxy = `http://me:${secret}@proxy:3128`;
    const note = [['note', 'proxy.unused', 'https_proxy', 'export NODE_USE_ENV_PROXY=1']];
    expect(beyondOk({ https_proxy })).toEqual(note);
    expect(beyondOk({ https_proxy, NODE_USE_ENV_PROXY: '1' }, [], '20.19.0')).toEqual(note);
    expect(beyondOk({ https_proxy, NODE_USE_ENV_PROXY: '1' })).toEqual([]);
  });
});

it.each([
  [undefined, 'http://127.0.0.1:11434'],
  ['box', 'http://box:11434'],
  ['box:80', 'http://box'],
  [':1234', 'http://127.0.0.1:1234'],
  ['[::]:1234', 'http://[::1]:1234'],
  ['https://box', 'https://box'],
  ['http://', null],
  ['ftp://box', null],
])('OLLAMA_HOST %j leads to %j, as with the backend', (host, address) => {
  expect(ollamaHost({ OLLAMA_HOST: host })).toBe(address);
});

it('shows no value of a secret variable, and no control character, wherever they come from', () => {
  const env = { MY_TOKEN: secret, OTHER_KEY: 'none', DB_PASSWORD: `${secret}-longer` };
  const report = { models: [`a ${secret}-longer`, `${secret}\u001b[2Jnone`], count: 2, missing: null };
  expect(harmless(report, env)).toEqual({
    models: ['a [hidden]', '[hidden]\ufffd[2Jnone'],
    count: 2,
    missing: null,
  });
});
