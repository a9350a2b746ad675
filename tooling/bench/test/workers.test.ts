import { afterAll, beforeAll, expect, test } from 'vitest';
import { cases } from '../cases.mjs';
import { runFresh, startServer } from '../lib/process.mjs';

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer(process.execPath);
});
afterAll(() => server.stop());

interface Case {
  readonly worker: string;
  readonly ways: readonly string[];
  readonly nodeOptions?: readonly string[] | undefined;
}

/** As little work as a worker can do; each compares what came with what was sent. */
const small: Record<string, object> = {
  calls: { calls: 1, warmUp: 0 },
  stream: { count: 30, perWrite: 2, streams: 2, warmUp: [] },
  latency: { shots: 1, warmUp: 0 },
  import: {},
  chunkers: { kind: 'prose', characters: 1000 },
  'partial-json': { bytes: 1000 },
  structures: { nodes: 1000 },
  'raw-batch': { prompts: 20, limit: 2 },
};
const list = new Map(
  Object.values(cases).flatMap(({ worker, ways, nodeOptions = [] }: Case) =>
    worker in small ? ways.map((way) => [`${worker} ${way}`, { worker, way, nodeOptions }] as const) : [],
  ),
);

test.concurrent.each([...list.values()])(
  '$worker of $way does its work',
  async ({ worker, way, nodeOptions }) => {
    const args = [...nodeOptions, `workers/${worker}.mjs`, way, server.origin, JSON.stringify(small[worker])];
    const figures = Object.values(await runFresh(process.execPath, args));
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.every((figure) => Number.isFinite(figure))).toBe(true);
  },
);

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
