import { parseArgs } from 'node:util';
import { shown } from './report.js';
import { soak } from './soak.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
});
const numberOf = (name: string, text: string): number => {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new TypeError(`--${name} must be a number from 0, got ${text}.`);
};

const report = await soak({
  seed: numberOf('seed', values.seed),
  seconds: numberOf('seconds', values.seconds),
  only: values.only === undefined ? undefined : numberOf('only', values.only),
  onRest: ({ operations, heap }) =>
    process.stderr.write(`soak: ${operations} operations, heap ${heap.at(-1)} bytes\n`),
});
console.log(shown(report));
process.exitCode = report.broken === null ? 0 : 1;
