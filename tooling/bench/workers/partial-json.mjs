// A partial value after each delta of a JSON answer, from the socket on: `partials()` of a validated stream, or a bare
// loop over `fetch` with a reader that looks at each character once.
import { deepStrictEqual } from 'node:assert/strict';
import { SimpleContext } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { measure, peakMemoryMb, report } from '../lib/measure.mjs';
import { readJson } from '../lib/one-pass.mjs';
import { expectedText, modelName } from '../lib/texts.mjs';
import { open } from '../peers/fetch.mjs';
import { make } from '../peers/openai.mjs';

const [, , way, origin, sizes] = process.argv;
const { bytes } = JSON.parse(sizes);
const nameOf = (count) => modelName({ kind: 'json', count, perWrite: 16 });
const format = { type: 'object', properties: { items: { type: 'array' } }, required: ['items'] };

const ways = {
  async 'one-pass'(count) {
    const reader = readJson();
    let partials = 0;
    const onDelta = (delta) => {
      reader.write(delta);
      if (reader.value !== undefined) partials += 1;
    };
    await open(origin).stream(nameOf(count), 'Give me JSON.', { onDelta });
    return { value: reader.value, partials };
  },
  async partials(count) {
    const backend = make(origin)(nameOf(count));
    const result = await streamWithChunking('Give me JSON.', backend, new SimpleContext(), { format });
    let partials = 0;
    let value;
    for await (value of result.partials()) partials += 1;
    await result.acomplete();
    return { value, partials };
  },
};

async function run(count) {
  const { value, partials } = await ways[way](count);
  deepStrictEqual(value, JSON.parse(expectedText({ kind: 'json', count })));
  // A delta of four characters changes the value, unless it is a part of a key or what stands between values.
  if (partials < count / 8) throw new Error(`${way} gave ${partials} partial values.`);
  return partials;
}

for (let time = 0; time < 2; time += 1) await run(10_000);
const warmMb = peakMemoryMb();
const { value: partials, cpuMs } = await measure(() => run(bytes));
report({ cpuMs, partials, growthMb: peakMemoryMb() - warmMb });
process.exit(0);
