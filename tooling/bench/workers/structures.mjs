// The walk over a million nodes, and contexts of a million entries: one of them, and ten of a tenth, which is as much
// work and as much memory. What is linear takes as long for both.
import { CBlock, generateWalk, ModelOutputThunk } from '@melliflow/core';
import { ChatContext } from '@melliflow/stdlib';
import { measure, report } from '../lib/measure.mjs';
import { median } from '../lib/statistics.mjs';

const [, , way, , sizes] = process.argv;
const { nodes } = JSON.parse(sizes);

/** A component of a hundred parts, nested as deep as it takes; its last leaves are thunks to be generated. */
function tree(count) {
  let made = 0;
  const leaf = () => (++made % 100 === 0 ? new ModelOutputThunk(null) : new CBlock('leaf'));
  const component = (parts) => ({ parts: () => parts, formatForLlm: () => '', parse: () => '' });
  let layer = Array.from({ length: Math.floor((count * 99) / 100) }, leaf);
  while (layer.length > 1) {
    const next = [];
    for (let at = 0; at < layer.length; at += 100) next.push(component(layer.slice(at, at + 100)));
    layer = next;
  }
  return layer[0];
}

/** A component in a component, and so on: what walks by recursion overflows its stack here. */
function chain(count) {
  let part = new ModelOutputThunk(null);
  for (let made = 1; made < count; made += 1) {
    const inner = part;
    part = { parts: () => [inner], formatForLlm: () => '', parse: () => '' };
  }
  return part;
}

function contextOf(entries) {
  const block = new CBlock('entry');
  let context = new ChatContext();
  for (let entry = 0; entry < entries; entry += 1) context = context.add(block);
  return context;
}

const walk = (root) => generateWalk(root).length;
const ways = {
  walk: { set: tree, run: walk, found: (count) => Math.floor((count * 99) / 10_000) },
  'walk-deep': { set: chain, run: walk, found: () => 1 },
  'context-add': { set: (count) => count, run: contextOf },
  'context-list': { set: contextOf, run: (context) => context.asList().length, found: (count) => count },
};
const { set, run, found } = ways[way];

/** What so many structures of this size cost, all of which stay in memory. */
async function cost(many, size) {
  const given = Array.from({ length: many }, () => set(size));
  const { value, ...row } = await measure(() => given.map(run));
  if (found && value.some((count) => count !== found(size))) throw new Error(`${way} found ${value}.`);
  return row;
}

await cost(1, 10_000);
const rows = { one: [], ten: [] };
for (let turn = 0; turn < 3; turn += 1) {
  rows.ten.push(await cost(10, nodes / 10));
  rows.one.push(await cost(1, nodes));
}
const cpuOf = (list) => median(list.map(({ cpuMs }) => cpuMs));
const wallMs = median(rows.one.map((row) => row.wallMs));
report({ wallMs, growth: cpuOf(rows.one) / cpuOf(rows.ten) });
