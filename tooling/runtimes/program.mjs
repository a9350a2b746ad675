// What a program does with the packages that run anywhere; the same results are expected on every runtime.
import { ImageBlock, PartialValidationResult, RateLimitError, Requirement } from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { ChatContext, Instruction, Message } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { ScriptedBackend } from '@melliflow/testing';

class NoThree extends Requirement {
  streamValidate(chunk) {
    return new PartialValidationResult(chunk.includes('Three') ? 'fail' : 'pass');
  }
}

async function collect(source) {
  const all = [];
  for await (const item of source) all.push(item);
  return all;
}

export async function run() {
  const ctx = new ChatContext().add(new Message('user', 'Hello. 你好 👋'));
  const backend = new ScriptedBackend(
    [{ deltas: ['One. T', 'wo. Th', 'ree.'] }, { deltas: ['x'], hangs: true }],
    {
      formatter: new TemplateFormatter(),
    },
  );
  const [thunk, after] = await backend.generateFromContext(
    new Instruction('Count.', { requirements: ['be brief'] }),
    ctx,
  );
  const readers = await Promise.all([thunk.avalue(), collect(thunk), collect(thunk.toReadableStream())]);

  const [running] = await backend.generateFromContext('more', after, { modelOptions: { stream: true } });
  const first = await running.astream();
  await running.cancelGeneration();

  const scripted = new ScriptedBackend([{ deltas: ['One. T', 'wo. Th', 'ree. Four.'] }]);
  const stream = await streamWithChunking('Count.', scripted, ctx, { requirements: [new NoThree()] });
  const chunks = await collect(stream);
  const events = (await collect(stream.events())).map((event) => event.type);

  const png = await ImageBlock.fromImage(
    new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])]),
  );
  const limited = new RateLimitError('slow down', { provider: 'p', model: 'm' });
  return {
    readers,
    prompt: backend.calls[0].prompt,
    cancelled: [first, running.value, running.cancelled],
    stream: [chunks, events, stream.fullText],
    image: png.value,
    error: [limited.code, RateLimitError.is(limited)],
    asyncDispose: typeof running[Symbol.asyncDispose ?? 'undefined'],
  };
}
