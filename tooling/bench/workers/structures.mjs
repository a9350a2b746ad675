// The walk over a million nodes, and contexts of a million entries; each time for `nodes` and for a tenth of them.
import { CBlock, generateWalk, ModelOutputThunk } from '@melliflow/core';
import { ChatContext } from '@melliflow/stdlib';
import { measure, report } from '../lib/measure.mjs';

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

const ways = {
  walk: { set: tree, run: (root) => generateWalk(root).length },
  'context-add': {
    set: () => new CBlock('entry'),
    run: (block, count) => {
      let context = new ChatContext();
      for (let entry = 0; entry < count; entry += 1) context = context.add(block);
      return context;
    },
  },
  'context-list': {
    set: (count) => ways['context-add'].run(new CBlock('entry'), count),
    run: (context) => context.asList().length,
  },
};

async function time(count) {
  const { set, run } = ways[way];
  const given = set(count);
  return measure(() => run(given, count));
}

await time(10_000);
const { wallMs: tenthMs } = await time(nodes / 10);
const { wallMs } = await time(nodes);
report({ wallMs, tenthMs, growth: wallMs / tenthMs });
