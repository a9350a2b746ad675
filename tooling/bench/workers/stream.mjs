// One long stream, or many at once.
import { measure, peakMemoryMb, report } from '../lib/measure.mjs';
import { expectedText, modelName } from '../lib/texts.mjs';

const [, , peer, origin, sizes] = process.argv;
const { count, perWrite, streams, warmUp } = JSON.parse(sizes);
const { open } = await import(`../peers/${peer}.mjs`);
const api = open(origin);

/** What readers get of a validated stream is its sentences, without what stands between them. */
async function read(tokens) {
  let text = '';
  const onDelta = (delta) => {
    text += delta;
  };
  const full = await api.stream(modelName({ count: tokens, perWrite }), 'Say something.', { onDelta });
  const expected = expectedText({ count: tokens });
  if ((full ?? text) !== expected) throw new Error(`${peer} gave another text.`);
  if (full !== undefined && text !== expected.replaceAll('. ', '.')) throw new Error(`${peer} lost a chunk.`);
}

for (const tokens of warmUp) await read(tokens);
const warmMb = peakMemoryMb();
const { cpuMs, wallMs } = await measure(() =>
  Promise.all(Array.from({ length: streams }, () => read(count))),
);
const cpuUs = (cpuMs * 1000) / (count * streams);
report({ cpuUs, cpuMs, wallMs, warmMb, peakMb: peakMemoryMb() });
process.exit(0);
