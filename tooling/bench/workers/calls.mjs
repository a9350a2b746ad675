// Short calls that are not streamed, one after another.
import { measure, report } from '../lib/measure.mjs';
import { expectedText, modelName } from '../lib/texts.mjs';

const [, , peer, origin, sizes] = process.argv;
const { calls, warmUp } = JSON.parse(sizes);
const { open } = await import(`../peers/${peer}.mjs`);
const api = open(origin);
const model = modelName({ count: 12 });

async function ask() {
  const text = await api.whole(model, 'Say something.');
  if (text !== expectedText({ count: 12 })) throw new Error(`${peer} gave another text.`);
}
for (let call = 0; call < warmUp; call += 1) await ask();
const { cpuMs, wallMs } = await measure(async () => {
  for (let call = 0; call < calls; call += 1) await ask();
});
report({ cpuUs: (cpuMs * 1000) / calls, wallUs: (wallMs * 1000) / calls });
process.exit(0);
