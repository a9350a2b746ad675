/** Where the figures come from. */
import { cpus } from 'node:os';

export function machine() {
  const list = cpus();
  return `Node ${process.versions.node}, ${list.length} cores of ${list[0]?.model.trim() ?? 'an unknown kind'}`;
}
