import { openaiServer, type WireServer } from '@melliflow/backend-conformance/servers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ask, ctx, streamed } from './ask.js';
import { byteServer, chunk, sends } from './byte-server.js';
import { ownSdk, sdks } from './sdk.js';

const whole = z.object({ name: z.string() });
const partly = z.object({ name: z.string(), age: z.number().optional() });

let server: WireServer;
beforeEach(async () => {
  server = await openaiServer();
});
afterEach(() => server.close());

describe.each(sdks)('a format over $name', (sdk) => {
  it('is strict, and what is null because it may be absent becomes absent', async () => {
    server.reply({ deltas: ['{"name":"Ann",', '"age":null}'] });
    for (const modelOptions of [{ stream: true }, {}]) {
      const { thunk, text } = await ask(sdk.backend(server), 'Who?', { format: partly, modelOptions });
      expect([text, thunk.parsedRepr]).toEqual(['{"name":"Ann"}', { name: 'Ann' }]);
    }
    expect(server.requests[0]?.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: {
        name: 'response',
        strict: true,
        schema: { required: ['name', 'age'], additionalProperties: false },
      },
    });
  });

  it('that is no object is wrapped on the wire, and unwrapped', async () => {
    server.reply({ deltas: ['{"value":["a","b"]}'] });
    const { thunk, text } = await ask(sdk.backend(server), 'Who?', { format: z.array(z.string()) });
    expect([text, thunk.parsedRepr]).toEqual(['["a","b"]', ['a', 'b']]);
  });
});

it('text that need not be changed is streamed as it comes', async () => {
  server.reply({ deltas: ['{"name":', '"Ann"}'] });
  const [thunk] = await ownSdk
    .backend(server)
    .generateFromContext('Who?', ctx, { ...streamed, format: whole });
  const pieces: string[] = [];
  for await (const piece of thunk) pieces.push(piece);
  expect(pieces).toEqual(['{"name":', '"Ann"}']);
});

it('text that is held back is told when the answer breaks off, or is cut', async () => {
  server.reply({ deltas: ['{"name":', '"An'], fault: { kind: 'cut' } });
  const broken = await ask(ownSdk.backend(server), 'Who?', { ...streamed, format: partly });
  expect([broken.error?.code, broken.text]).toEqual(['incomplete_stream', '{"name":"An']);

  await using short = await openaiServer();
  short.reply({ deltas: ['{"name":', '"An'], finish: 'length' });
  const cut = await ask(ownSdk.backend(short), 'Who?', { ...streamed, format: partly });
  expect([cut.error?.code, cut.text]).toEqual(['component_parse', '{"name":"An']);
});

it('text that is held back is told when the answer is broken, or late', async () => {
  const content = '{"name":"Ann","age":null}';
  const call = { index: 0, id: 'q', function: { name: 'f', arguments: '{"a' } };
  await using broken = await byteServer(
    sends(chunk({ content }), chunk({ tool_calls: [call] }), chunk({}, 'stop')),
  );
  const options = { ...streamed, format: partly };
  const bad = await ask(ownSdk.backend(broken as never), 'Who?', options);
  expect([bad.error?.code, bad.error?.partialText]).toEqual(['malformed_response', '{"name":"Ann"}']);

  await using silent = await byteServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ content: '{"name":"An' }));
  });
  const timeouts = { idleMs: 50 };
  const late = await ask(ownSdk.backend(silent as never, { timeouts }), 'Who?', options);
  expect([late.error?.code, late.error?.partialText]).toEqual(['generation_timeout', '{"name":"An']);
});

it('the schema goes as it is where strict is not wanted', async () => {
  server.reply({ deltas: ['{"name":"Ann"}'] });
  await ask(ownSdk.backend(server, { strictFormat: false }), 'Who?', {
    format: { name: 'my person!', schema: { type: 'object', properties: { name: { minLength: 1 } } } },
  });
  expect(server.requests[0]?.body.response_format).toEqual({
    type: 'json_schema',
    json_schema: { name: 'my_person_', schema: { type: 'object', properties: { name: { minLength: 1 } } } },
  });
});

it('a refusal is a ContentFilterError with the words of the model', async () => {
  await using refusing = await byteServer(
    sends(chunk({ refusal: 'I will ' }), chunk({ refusal: 'not.' }), chunk({}, 'stop')),
  );
  const { error, text } = await ask(ownSdk.backend(refusing as never), 'Who?', {
    ...streamed,
    format: whole,
  });
  expect([error?.code, text, error?.partialText]).toEqual(['content_filter', 'I will not.', 'I will not.']);
});
