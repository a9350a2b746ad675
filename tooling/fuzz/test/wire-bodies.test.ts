import { setTimeout as later } from 'node:timers/promises';
import { type ByteServer, byteServer, type ScriptedReply } from '@melliflow/backend-conformance/servers';
import { MelliflowError, type ModelOutputThunk } from '@melliflow/core';
import { SimpleContext } from '@melliflow/stdlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mangled, mangling } from './support/mangled.js';
import { bodyOf, providers } from './support/providers.js';
import { runs } from './support/runs.js';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const reply: fc.Arbitrary<ScriptedReply> = fc.record(
  {
    deltas: fc.array(text, { minLength: 1, maxLength: 6 }),
    thinking: fc.array(text, { maxLength: 2 }),
    toolCalls: fc.array(
      fc.record({
        id: fc.constant('a'),
        name: fc.constant('add'),
        args: fc.dictionary(text, fc.jsonValue()),
      }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['deltas'] },
);
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

describe.each(providers)('bodies of $name', ({ wire, make }) => {
  let server: ByteServer;
  let next: { replies: readonly ScriptedReply[]; change: (body: Buffer) => Buffer; cuts: readonly number[] };

  beforeAll(async () => {
    server = await byteServer(async (response, request) => {
      const [prompt = ''] = wire.prompts(request);
      const given = next.replies[Number(/\d+/.exec(prompt)?.[0] ?? 0)] ?? {};
      const [body, contentType] = bodyOf(wire, request, given);
      const sent = next.change(body);
      response.writeHead(200, { 'content-type': contentType });
      const places = next.cuts.map((place) => Math.floor(place * sent.length)).sort((a, b) => a - b);
      for (const [i, from] of [0, ...places].entries()) {
        response.write(sent.subarray(from, places[i] ?? sent.length));
        await later(0);
      }
      response.end();
    }, wire.basePath);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const backend = (): ReturnType<typeof make> => make(server.baseURL);
  const chat = async (stream: boolean, prompt = 'Go.'): Promise<ModelOutputThunk> => {
    const options = { modelOptions: { stream } };
    const [thunk] = await backend().generateFromContext(prompt, new SimpleContext(), options);
    return thunk;
  };

  it('come whole, however the network cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(reply, cuts, fc.boolean(), async (given, places, stream) => {
        next = { replies: [given], change: (body) => body, cuts: places };
        const thunk = await chat(stream);
        expect(await thunk.avalue()).toBe(given.deltas?.join(''));
        expect(thunk.toolCalls?.map(({ args }) => JSON.stringify(args)) ?? []).toEqual(
          given.toolCalls?.map(({ args }) => JSON.stringify(args)) ?? [],
        );
      }),
      runs(25),
    );
  });

  it('of replies at the same time stay apart, however their pieces alternate', async () => {
    const several = fc.array(reply, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(several, cuts, fc.boolean(), async (replies, places, stream) => {
        next = { replies, change: (body) => body, cuts: places };
        const thunks = await Promise.all(replies.map((_, number) => chat(stream, `Go ${number}`)));
        const texts = await Promise.all(thunks.map((thunk) => thunk.avalue()));
        expect(texts).toEqual(replies.map(({ deltas }) => deltas?.join('')));
      }),
      runs(15),
    );
  });

  it('that are mangled give a text or an error of ours, and the thunk ends', async () => {
    const manglings = fc.array(mangling, { minLength: 1, maxLength: 4 });
    const way = fc.constantFrom('stream', 'whole', 'raw');
    await fc.assert(
      fc.asyncProperty(reply, manglings, cuts, way, async (given, all, places, how) => {
        next = { replies: [given], change: (body) => mangled(body, all), cuts: places };
        try {
          if (how === 'raw') {
            const [thunk] = await backend().generateFromRaw(['Go.'], new SimpleContext());
            expect(typeof thunk?.value).toBe('string');
          } else {
            const thunk = await chat(how === 'stream');
            expect(typeof (await thunk.avalue())).toBe('string');
            expect(thunk.settled).toBe(true);
          }
        } catch (error) {
          if (!MelliflowError.is(error)) throw error;
        }
      }),
      runs(80),
    );
  });
});
