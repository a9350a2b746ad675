// What a program does with the packages that run anywhere; the same results are expected on every runtime.
import { HookType, ImageBlock, PartialValidationResult, RateLimitError, Requirement } from '@melliflow/core';
import { TemplateFormatter } from '@melliflow/formatter';
import { hook, modify, PluginUseError, pluginScope } from '@melliflow/plugins';
import { ChatContext, check, Instruction, Message, startSession } from '@melliflow/stdlib';
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

/** What plugins of a session are told, and that they change it; in a browser too. */
async function toldBySession() {
  const names = [];
  const note = (type) => hook(type, (_, { sessionId }) => void names.push([type, typeof sessionId]));
  const types = [HookType.SESSION_POST_INIT, HookType.GENERATION_PRE_CALL, HookType.SESSION_CLEANUP];
  const cool = hook(HookType.GENERATION_PRE_CALL, (payload) =>
    modify(payload, { modelOptions: { seed: 3 } }),
  );
  const backend = new ScriptedBackend([{ deltas: ['ok'] }]);
  const session = await startSession({ backend, contextType: 'chat', plugins: [cool, ...types.map(note)] });
  await Promise.all([session.chat('one'), session.chat('two')]);
  await session.cleanup();
  return [names, backend.calls.map(({ modelOptions }) => modelOptions.seed)];
}

/** Whether a scope follows a call chain; or, in a browser, says that it cannot. */
async function followsOrSaysSo(backend, ctx) {
  const inside = [];
  const plugin = hook(HookType.GENERATION_PRE_CALL, () => void inside.push(1));
  try {
    await pluginScope(plugin, async () => {
      await Promise.resolve();
      await backend.generateFromContext('inside', ctx);
    });
    return inside.length === 1;
  } catch (error) {
    return PluginUseError.is(error) && typeof document === 'object';
  }
}

async function told(backend, ctx) {
  const names = [];
  const scope = pluginScope(
    hook(HookType.GENERATION_PRE_CALL, ({ action }) => void names.push(String(action))),
  );
  await Promise.all([
    scope.backend(backend).generateFromContext('bound', ctx),
    backend.generateFromContext('free', ctx),
  ]);
  scope.dispose();
  return names;
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

  const answers = ['Good morning.', 'Hi.', '{"sky":"grey"}'].map((text) => ({ deltas: [text] }));
  const session = await startSession({ backend: new ScriptedBackend(answers), contextType: 'chat' });
  const short = check('be short', (ctx) => String(ctx.lastOutput()).length < 5);
  const greeting = await session.achat('Greet me.', { requirements: [short] });
  const format = { type: 'object', properties: { sky: { type: 'string' } }, required: ['sky'] };
  const weather = await session.instruct('And the weather?', { format });
  const plain = new ScriptedBackend([{ deltas: ['ok'] }]);
  const plugins = [await told(plain, ctx), await followsOrSaysSo(plain, ctx), await toldBySession()];

  const png = await ImageBlock.fromImage(
    new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])]),
  );
  const limited = new RateLimitError('slow down', { provider: 'p', model: 'm' });
  return {
    readers,
    prompt: backend.calls[0].prompt,
    cancelled: [first, running.value, running.cancelled],
    stream: [chunks, events, stream.fullText],
    session: [greeting.partialValue, weather.parsedRepr, session.ctx.asList().length],
    plugins,
    image: png.value,
    error: [limited.code, RateLimitError.is(limited)],
    asyncDispose: typeof running[Symbol.asyncDispose ?? 'undefined'],
  };
}
