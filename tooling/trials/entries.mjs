// Plain JavaScript: every entry point imported and required, on the oldest, this and a newer Node.
import assert from 'node:assert/strict';
import { everyEntry } from './every-entry.mjs';
import { otherNodes } from './node-versions.mjs';
import { together } from './together.mjs';

export async function entries(world) {
  const [others, { project }] = await together([otherNodes(world), world.installed()]);
  const { names, imported, required } = everyEntry(world.packages);
  project.write('entries/imported.mjs', imported);
  project.write('entries/required.cjs', required);
  const versions = [];
  for (const node of [process.execPath, ...others]) {
    for (const file of ['entries/imported.mjs', 'entries/required.cjs']) {
      const { stdout, stderr } = await project.run(node, [file]);
      assert.deepEqual([stdout.trim(), stderr], [String(names.length), ''], `${file} on ${node}`);
    }
    versions.push((await project.run(node, ['--version'])).stdout.trim());
  }
  return `${names.length} imported and required on Node ${versions.join(', ')}`;
}
