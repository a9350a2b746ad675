// A registry of our scope on this machine: ranges and peers between our packages are resolved as for a user, who does
// not install from files. All other packages come from the registry that this machine is set to.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Package managers hold back what was published in the last days. */
const LONG_AGO = '2020-01-01T00:00:00.000Z';

/** Serves packages as `packAll` tells of them; several versions of one name are offered together, the last as latest. */
export async function serveRegistry(packages) {
  const files = new Map();
  const documents = new Map();
  const server = createServer((request, reply) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const body = files.get(path) ?? documents.get(path);
    if (!body) return reply.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    const type = files.has(path) ? 'application/octet-stream' : 'application/json';
    reply.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;

  const published = new Map();
  for (const { name, manifest, tarball } of packages) {
    const bytes = readFileSync(tarball);
    const path = `/${name}/-/${manifest.version}.tgz`;
    files.set(path, bytes);
    const hash = (algorithm, encoding) => createHash(algorithm).update(bytes).digest(encoding);
    const integrity = `sha512-${hash('sha512', 'base64')}`;
    const dist = { tarball: `${url}${path.slice(1)}`, integrity, shasum: hash('sha1', 'hex') };
    const known = published.get(name) ?? { name, versions: {}, 'dist-tags': {}, time: {} };
    known.versions[manifest.version] = { ...manifest, dist };
    known.time[manifest.version] = LONG_AGO;
    known['dist-tags'].latest = manifest.version;
    published.set(name, known);
  }
  for (const [name, document] of published) documents.set(`/${name}`, JSON.stringify(document));

  return {
    url,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
