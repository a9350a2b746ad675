// Loaded before the code of a document: what it shows must work on the reader's machine alone.
import { Socket } from 'node:net';

const connect = Socket.prototype.connect;
const home = new Set(['localhost', '127.0.0.1', '::1']);

Socket.prototype.connect = function connectAtHome(...given) {
  const host = hostOf(Array.isArray(given[0]) ? given[0] : given);
  if (home.has(host)) return connect.apply(this, given);
  return this.destroy(new Error(`the code of documents runs without a network, but asked for ${host}`));
};

/** `connect(options)`, `connect(port, host)` or `connect(path)`; sockets of the file system count as home. */
function hostOf([target, host]) {
  const isOptions = typeof target === 'object' && target !== null;
  if (isOptions ? target.path : typeof target === 'string') return 'localhost';
  return (isOptions ? target.host : typeof host === 'string' && host) || 'localhost';
}
