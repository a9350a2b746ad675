import { afterAll, beforeAll, expect, test } from 'vitest';
import { cases } from '../cases.mjs';
import { runFresh, startServer } from '../lib/process.mjs';
import { lyingServer } from './lying-server.js';

let server: Awaited<ReturnType<typeof startServer>>;
let liar: Awaited<ReturnType<typeof lyingServer>>;
beforeAll(async () => {
  server = await startServer(process.execPath);
  liar = await lyingServer(server.origin);
});
afterAll(() => {
  liar.stop();
  server.stop();
});

interface Case {
  readonly worker: string;
  readonly ways: readonly string[];
  readonly nodeOptions?: readonly string[] | undefined;
  readonly figures: Readonly<Record<string, string>>;
  readonly budgets: readonly { readonly figure: string }[];
}

/** As little work as a worker can do; each compares what came with what was sent. */
const small: Record<string, object> = {
  calls: { calls: 1, warmUp: 0 },
  stream: { count: 30, perWrite: 2, streams: 2, warmUp: [] },
  latency: { shots: 1, warmUp: 0 },
  import: {},
  chunkers: { unit: 'paragraph', kind: 'paragraphs', characters: 1000 },
  'partial-json': { bytes: 1000 },
  structures: { nodes: 1000 },
  'raw-batch': { prompts: 200, limit: 2 },
};
const list = new Map(
  Object.values(cases).flatMap(({ worker, ways, nodeOptions = [], figures, budgets }: Case) => {
    const wanted = [...Object.keys(figures), ...budgets.map(({ figure }) => figure)];
    return worker in small
      ? ways.map((way) => [`${worker} ${way}`, { worker, way, nodeOptions, wanted }] as const)
      : [];
  }),
);
const argsOf = (
  { worker, way, nodeOptions }: { worker: string; way: string; nodeOptions: readonly string[] },
  origin: string,
): string[] => [...nodeOptions, `workers/${worker}.mjs`, way, origin, JSON.stringify(small[worker])];

test.concurrent.each([...list.values()])('$worker of $way does its work', async ({ wanted, ...one }) => {
  const figures = await runFresh(process.execPath, argsOf(one, server.origin));
  expect(Object.keys(figures)).toEqual(expect.arrayContaining(wanted));
  expect(Object.values(figures).every((figure) => Number.isFinite(figure))).toBe(true);
});

const asking: `${string} ${string}`[] = [
  'calls fetch',
  'stream fetch',
  'stream openai-validated',
  'latency fetch',
  'raw-batch openai',
  'partial-json one-pass',
];
test.concurrent.each(asking)('%s sees that a text is another', async (name) => {
  const one = list.get(name);
  if (one === undefined) throw new Error(`There is no ${name}.`);
  const run = runFresh(process.execPath, argsOf(one, liar.origin));
  await expect(run).rejects.toThrow(/another text|another one|strictly deep-equal|not valid JSON/);
});

test.each(cases.stream.ways.filter((way) => way.endsWith('-validated')))(
  '%s asks the model once: judges that are models would be counted as the stream',
  async (way) => {
    const alone = await startServer(process.execPath);
    try {
      const sizes = JSON.stringify({ count: 30, perWrite: 2, streams: 1, warmUp: [] });
      await runFresh(process.execPath, ['workers/stream.mjs', way, alone.origin, sizes]);
      expect(await (await fetch(`${alone.origin}/most`)).json()).toEqual({ mostRequests: 1, allRequests: 1 });
    } finally {
      alone.stop();
    }
  },
);
