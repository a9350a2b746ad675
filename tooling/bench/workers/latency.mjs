// The time to the first token, and from a cancel to the socket's end, at 20 ms between tokens.
import { report } from '../lib/measure.mjs';
import { median } from '../lib/statistics.mjs';
import { expectedText, modelName } from '../lib/texts.mjs';

const [, , peer, origin, sizes] = process.argv;
const { shots, warmUp } = JSON.parse(sizes);
const { open } = await import(`../peers/${peer}.mjs`);
const api = open(origin);
const model = modelName({ count: 60, delayMs: 20 });
const clock = () => Number(process.hrtime.bigint()) / 1e6;

async function shoot(shot) {
  const controller = new AbortController();
  const tag = `p${process.pid}s${shot}`;
  const start = clock();
  let text = '';
  let deltas = 0;
  let firstMs = 0;
  let cancelMs = 0;
  const onDelta = (delta) => {
    text += delta;
    deltas += 1;
    if (deltas === 1) firstMs = clock() - start;
    if (deltas !== 3) return;
    cancelMs = clock();
    controller.abort();
  };
  const ended = await api
    .stream(model, `Say something. tag=${tag}`, { signal: controller.signal, onDelta })
    .then(
      () => null,
      (error) => error,
    );
  if (deltas < 3) throw ended ?? new Error(`${peer} ended after ${deltas} deltas.`);
  if (!expectedText({ count: 60 }).startsWith(text)) throw new Error(`${peer} gave another text.`);
  const { closedMs } = await (await fetch(`${origin}/seen?tag=${tag}`)).json();
  if (closedMs === null) throw new Error(`${peer} left its socket open.`);
  return { firstMs, closeMs: closedMs - cancelMs };
}

const rows = [];
for (let shot = 0; shot < warmUp + shots; shot += 1) {
  const row = await shoot(shot);
  if (shot >= warmUp) rows.push(row);
}
report({
  firstMs: median(rows.map(({ firstMs }) => firstMs)),
  closeMs: median(rows.map(({ closeMs }) => closeMs)),
});
process.exit(0);
