import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { headerValues, hideInternals, loadOnce } from '../src/index.js';

it('what a backend holds for itself is neither printed nor serialised, and can still be written', () => {
  const backend = { modelId: 'm', _settings: { apiKey: 'a-secret-key' }, _client: null as string | null };
  hideInternals(backend);
  backend._client = 'a-secret-client';
  expect(inspect(backend, { depth: 20 }) + JSON.stringify(backend)).not.toContain('a-secret');
  expect([backend._settings.apiKey, backend._client]).toEqual(['a-secret-key', 'a-secret-client']);
  expect(Object.keys(backend)).toEqual(['modelId']);
});

it('what is loaded once is the same for all, and what failed is tried again', async () => {
  let loads = 0;
  const load = loadOnce(async () => {
    loads += 1;
    if (loads === 1) throw new Error('not yet');
    return { loads };
  });
  const first = await Promise.allSettled([load(), load()]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const [one, other] = await Promise.all([load(), load()]);
  expect([one, one === other, await load()]).toEqual([{ loads: 2 }, true, { loads: 2 }]);
});

it.each(['Bearer', 'basic', 'Token', 'Key', 'Api-Key'])(
  'the key in a header is a secret without "%s" before it too',
  (scheme) => {
    expect(headerValues({ authorization: `${scheme} abcdefgh` })).toContain('abcdefgh');
  },
);
