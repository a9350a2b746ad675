import { heapUsed, streamMany } from '@melliflow/backend-conformance';
import { openaiServer } from '@melliflow/backend-conformance/servers';
import { expect, it } from 'vitest';
import { sdks } from './sdk.js';

const MEGABYTE = 2 ** 20;

it.each(sdks)(
  '500 streams at once over $name, a third cancelled, keep their texts apart and leave nothing',
  async (sdk) => {
    await using server = await openaiServer();
    const backend = sdk.backend(server);
    await streamMany(backend, server, 50); // What is made once stays, such as compiled code.
    const before = await heapUsed();
    const { wrong, cancelled, thunks } = await streamMany(backend, server, 500);
    expect([wrong, cancelled > 100]).toEqual([[], true]);
    await Promise.all(server.requests.map((request) => server.closed(request)));
    // Not openSockets: the fetch of Node 20 connects anew, without a request, when a reply is cancelled.
    expect(server.openReplies).toBe(0);
    const after = await heapUsed();
    expect(thunks.filter((thunk) => thunk.deref() !== undefined)).toEqual([]);
    // The server keeps its record of each request.
    expect((after - before) / MEGABYTE).toBeLessThan(10);
  },
);
