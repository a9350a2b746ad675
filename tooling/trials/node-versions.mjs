// Node in other versions, from the npm registry.

/** The oldest that `engines` allows, and the newest with long support. */
const versions = { 'node-oldest': '20.19.0', 'node-24': '24' };

export async function otherNodes(world) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const binary = `node-${system}-${process.arch}`;
  const wanted = Object.entries(versions).map(([name, version]) => [name, `npm:${binary}@${version}`]);
  const tools = await world.tools('node', Object.fromEntries(wanted));
  return Object.keys(versions).map((name) => tools.path('node_modules', name, 'bin', 'node'));
}
