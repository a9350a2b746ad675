import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notesOf, pending, publicPackages, publish } from '../publish.mjs';

interface Document {
  readonly name: string;
  readonly access: string;
  readonly versions: Record<string, Record<string, unknown>>;
  readonly _attachments: Record<string, { readonly length: number }>;
}

let server: Server;
let documents: Map<string, Document>;
let status = 404;

beforeEach(async () => {
  documents = new Map();
  status = 404;
  server = createServer(async (request, reply) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    if (request.method === 'PUT') documents.set(name, (await json(request)) as Document);
    const document = documents.get(name);
    reply.writeHead(document ? 200 : status, { 'content-type': 'application/json' });
    reply.end(JSON.stringify(document ?? { error: 'nothing' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}/`;
  vi.stubEnv('npm_config_@melliflow:registry', `http://${host}`);
  vi.stubEnv('npm_config_registry', `http://${host}`);
  vi.stubEnv(`npm_config_//${host}:_authToken`, 'a-token-of-a-person');
  vi.stubEnv('npm_config_fetch_retries', '0');
});

afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const release = (version: string) => ({ name: '@melliflow/river', version });

/** Packs a package as npm does: it says of itself that provenance is wanted, which a person has none of. */
async function pack({ name, version }: { name: string; version: string }, folder: string): Promise<string> {
  const publishConfig = { access: 'public', provenance: true };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, publishConfig }));
  const { stdout } = await promisify(execFile)('npm', ['pack', '--silent'], {
    cwd: folder,
    shell: process.platform === 'win32',
  });
  return join(folder, stdout.trim());
}

describe('publish', () => {
  it('sends what the registry does not have, for everybody, and nothing twice', async () => {
    const options = { byHand: true, pack };
    expect(await publish([release('1.2.3')], options)).toEqual(['@melliflow/river@1.2.3']);
    const sent = documents.get('@melliflow/river');
    expect([sent?.access, Object.keys(sent?.versions ?? {})]).toEqual(['public', ['1.2.3']]);
    expect(Object.values(sent?._attachments ?? {})[0]?.length).toBeGreaterThan(100);
    documents.set('@melliflow/river', { ...(sent as Document), access: 'seen before' });
    expect(await publish([release('1.2.3')], options)).toEqual([]);
    expect(documents.get('@melliflow/river')?.access).toBe('seen before');
  });

  it('publishes nothing while the registry gives no answer', async () => {
    status = 500;
    await expect(publish([release('1.2.3')], { byHand: true, pack })).rejects.toThrow('500');
    expect(documents.size).toBe(0);
  });

  it('leaves what was never released', async () => {
    expect(await pending([release('0.0.0'), release('1.2.3')])).toEqual([release('1.2.3')]);
    expect(await publish([release('0.0.0')], { byHand: true, pack })).toEqual([]);
    expect(documents.size).toBe(0);
  });
});

describe('publicPackages', () => {
  it('leaves out what is private', () => {
    const folder = mkdtempSync(join(tmpdir(), 'publish-'));
    for (const [name, isPrivate] of Object.entries({ b: false, a: undefined, c: true })) {
      mkdirSync(join(folder, 'packages', name), { recursive: true });
      const manifest = { name: `@x/${name}`, version: '1.0.0', private: isPrivate };
      writeFileSync(join(folder, 'packages', name, 'package.json'), JSON.stringify(manifest));
    }
    expect(publicPackages(folder).map(({ name }) => name)).toEqual(['@x/a', '@x/b']);
    rmSync(folder, { recursive: true });
  });
});

describe('notesOf', () => {
  const changelog =
    '# @x/a\n\n## 1.10.0\n\n### Minor Changes\n\n- New.\n\n## 1.1.0\n\n### Patch Changes\n\n- Old.\n';

  it('gives what is said of one version', () => {
    expect(notesOf(changelog, '1.10.0')).toBe('### Minor Changes\n\n- New.');
    expect(notesOf(changelog, '1.1.0')).toBe('### Patch Changes\n\n- Old.');
  });

  it('is empty for a version of which nothing is said', () => {
    expect(notesOf(changelog, '1.1')).toBe('');
  });
});
