import {
  AbstractTool,
  CBlock,
  type ContextCall,
  Formatter,
  type GenerationEvent,
  ImageBlock,
  ModelOutputThunk,
  ModelToolCall,
  type Part,
} from '@melliflow/core';
import { PlainFormatter } from '@melliflow/core/implement';
import { TemplateFormatter } from '@melliflow/formatter';
import { ChatContext, Instruction, Message, ToolMessage } from '@melliflow/stdlib';
import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import { type RedactOptions, redact } from '../src/index.js';
import { ask, context } from './support/ask.js';

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const ann: RedactOptions = { patterns: ['Ann', /\d{4}/] };

/** Sends messages as a chat backend does, and keeps each call. */
class ChatBackend extends ScriptedBackend {
  readonly got: ContextCall[] = [];
  override readonly formatter: TemplateFormatter = new TemplateFormatter();

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent> {
    this.got.push(call);
    yield { type: 'prompt', prompt: this.formatter.toChatMessages([...call.view, call.action]) };
    yield { type: 'text', text: 'Hello, Ann.' };
    yield { type: 'finish', reason: 'stop' };
  }
}

/** What a model was sent for `parts`, the last of which is the action. */
async function sent(...parts: Part[]): Promise<unknown> {
  const backend = new ChatBackend([{}]);
  const view = parts.slice(0, -1).reduce((ctx, part) => ctx.add(part), new ChatContext());
  const [thunk] = await redact(backend, ann).generateFromContext(parts.at(-1) as Part, view);
  await thunk.avalue();
  return thunk.generateLog?.prompt;
}

describe('a prompt', () => {
  it('is sent without the matches: blocks, messages, instructions and outputs', async () => {
    const output = ModelOutputThunk.computed('Ann said 1234.', { parsedRepr: 'Ann said 1234.' });
    const instruction = new Instruction('Greet {{ who }}.', { userVariables: { who: 'Ann' } });
    const messages = (await sent(
      new CBlock('I am Ann.'),
      new Message('system', 'Be kind to Ann.'),
      output,
      instruction,
    )) as { role: string; content: string }[];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'system', 'assistant', 'user']);
    expect(messages.slice(0, 3).map(({ content }) => content)).toEqual([
      'I am [redacted].',
      'Be kind to [redacted].',
      '[redacted] said [redacted].',
    ]);
    expect(messages[3]?.content).toContain('Greet [redacted].');
    expect(JSON.stringify(messages)).not.toContain('Ann');
  });

  it('has no match in tool calls and their results either; names and ids stay', async () => {
    const call = new ModelToolCall({
      id: 'c1',
      name: 'find_Ann',
      func: null,
      args: { Ann: 'Ann', deep: [{ pin: 'pin 1234' }] },
    });
    const asked = ModelOutputThunk.computed('', { toolCalls: [call] });
    const result = {
      parts: () => [],
      parse: () => '',
      formatForLlm: () => ({
        obj: null,
        args: { text: 'Ann lives here.' },
        template: '{{ text }}',
        role: 'tool' as const,
        toolCallId: 'c1',
      }),
    };
    expect(await sent(asked, result)).toEqual([
      {
        role: 'assistant',
        content: '',
        toolCalls: [
          { id: 'c1', name: 'find_Ann', args: { Ann: '[redacted]', deep: [{ pin: 'pin [redacted]' }] } },
        ],
      },
      { role: 'tool', content: '[redacted] lives here.', toolCallId: 'c1' },
    ]);
  });

  it('keeps the name of the tool that a result is of, and what an output is shown with', async () => {
    const call = new ModelToolCall({ id: 'c1', name: 'find', func: null, args: {} });
    const shown = new Message('assistant', 'Ann, here.', { images: [new ImageBlock(png)] });
    const output = ModelOutputThunk.computed<unknown>('Ann, here.', { parsedRepr: shown, toolCalls: [call] });
    expect(await sent(output, new ToolMessage(call, 'Ann lives here.'))).toEqual([
      {
        role: 'assistant',
        content: '[redacted], here.',
        images: [png],
        toolCalls: [{ id: 'c1', name: 'find', args: {} }],
      },
      { role: 'tool', content: '[redacted] lives here.', toolCallId: 'c1', name: 'find' },
    ]);
  });

  it('has no match in what an output holds beside what is shown of it', async () => {
    const backend = new ChatBackend([{}]);
    const thoughtful = ModelOutputThunk.computed('Hi.', { parsedRepr: 'Hi.' });
    thoughtful.thinking = 'That is Ann.';
    const read = ModelOutputThunk.computed('{"who":"Ann"}', { parsedRepr: 'Somebody.' });
    const past = new ChatContext().add(thoughtful).add(read);
    await (await redact(backend, ann).generateFromContext('Go.', past))[0].avalue();
    const held = backend.got[0]?.view.map((part) => [String(part), (part as ModelOutputThunk).thinking]);
    expect(held).toEqual([
      ['Hi.', null],
      ['Somebody.', null],
    ]);
  });

  it('keeps its images, also where a pattern is in their base64', async () => {
    const backend = new ChatBackend([{}]);
    const message = new Message('user', 'Ann in a picture', { images: [new ImageBlock(png)] });
    const ctx = new ChatContext().add(new ImageBlock(png));
    const [thunk] = await redact(backend, { patterns: [/Ann/, /[A-Z]{4}/] }).generateFromContext(
      message,
      ctx,
    );
    await thunk.avalue();
    expect(thunk.generateLog?.prompt).toEqual([
      { role: 'user', content: '', images: [png] },
      { role: 'user', content: '[redacted] in a picture', images: [png] },
    ]);
  });

  it('without a match goes through as the same parts', async () => {
    const backend = new ChatBackend([{}]);
    const [past, action] = [new Message('user', 'Hello.'), new CBlock('Bye.')];
    await (await redact(backend, ann).generateFromContext(action, new ChatContext().add(past)))[0].avalue();
    expect([backend.got[0]?.view[0] === past, backend.got[0]?.action === action]).toEqual([true, true]);
  });

  it('is clean where the formatter only prints, and where there is none', async () => {
    class Loud extends Formatter {
      print(part: Part): string {
        return `${new PlainFormatter().print(part)}!`;
      }
    }
    const loud = new ScriptedBackend([{}], { formatter: new Loud() });
    const message = new Message('user', 'I am Ann.');
    const ctx = new ChatContext().add(ModelOutputThunk.computed('Hello, Ann.'));
    await (await redact(loud, ann).generateFromContext(message, ctx))[0].avalue();
    expect(loud.calls[0]?.prompt).not.toContain('Ann');
    expect(loud.calls[0]?.prompt).toContain('I am [redacted].!');
    class Unformatted extends ChatBackend {
      override readonly formatter = null as never;
      override async *_generateFromContext({ action }: ContextCall): AsyncGenerator<GenerationEvent> {
        yield { type: 'prompt', prompt: String(action) };
        yield { type: 'finish', reason: 'stop' };
      }
    }
    const thunk = await ask(redact(new Unformatted([{}]), ann), 'I am Ann.');
    expect(thunk.generateLog?.prompt).toBe('I am [redacted].');
  });

  it('of a raw batch is clean too', async () => {
    const inner = new ScriptedBackend([{ deltas: ['ok'] }]);
    const thunks = await redact(inner, ann).generateFromRaw(
      ['I am Ann.', 'plain', new Message('user', 'PIN 1234')],
      context,
    );
    expect(inner.calls.map(({ prompt }) => prompt)).toEqual(['I am [redacted].', 'plain', 'PIN [redacted]']);
    expect(thunks[0]?.generateLog?.prompt).toBe('I am [redacted].');
  });
});

it('an image that is sent as text stays as it is', async () => {
  const inner = new ScriptedBackend([{}]);
  const backend = redact(inner, { patterns: [/[A-Z]{4}/] });
  await backend.generateFromRaw([new ImageBlock(png)], context);
  await (await backend.generateFromContext(new ImageBlock(png), context))[0].avalue();
  expect(inner.calls.map(({ prompt }) => prompt)).toEqual([png, png]);
});

describe('beside the messages', () => {
  class Find extends AbstractTool<{ who: string }, string> {
    readonly name = 'find';
    readonly asJsonTool = {
      type: 'function' as const,
      function: {
        name: 'find',
        description: 'Finds Ann.',
        parameters: {
          type: 'object',
          properties: {
            who: { type: 'string', description: 'Such as Ann.', enum: ['Ann', 'Bob'] },
            description: { type: 'string', default: 'Ann' },
          },
          required: ['who'],
        },
      },
    };
    run({ who }: { who: string }): string {
      return `found ${who}`;
    }
  }

  it('the system prompt and the prose of tools and formats are clean; names and allowed values stay', async () => {
    const backend = new ChatBackend([{}]);
    const format = { type: 'object', title: 'About Ann', properties: { Ann: { const: 'Ann' } } };
    const options = {
      format,
      toolCalls: true,
      modelOptions: { systemPrompt: 'Serve Ann.', stop: ['Ann'], tools: [new Find() as AbstractTool] },
    };
    const [thunk] = await redact(backend, ann).generateFromContext('Go.', context, options);
    await thunk.avalue().catch(() => undefined);
    const [call] = backend.got;
    expect([call?.modelOptions.systemPrompt, call?.modelOptions.stop]).toEqual([
      'Serve [redacted].',
      ['Ann'],
    ]);
    expect(call?.tools.get('find')?.asJsonTool.function).toEqual({
      name: 'find',
      description: 'Finds [redacted].',
      parameters: {
        type: 'object',
        properties: {
          who: { type: 'string', description: 'Such as [redacted].', enum: ['Ann', 'Bob'] },
          description: { type: 'string', default: '[redacted]' },
        },
        required: ['who'],
      },
    });
    expect(call?.format?.schema).toEqual({ ...format, title: 'About [redacted]' });
  });

  it('the answer is not touched, and the tool that is called is the own one', async () => {
    const toolCalls = [{ name: 'find', args: { who: 'Ann' } }];
    const inner = new ScriptedBackend([{ deltas: ['Hello, Ann.'], toolCalls }]);
    const options = { toolCalls: true, modelOptions: { tools: [new Find() as AbstractTool] } };
    const thunk = await ask(redact(inner, ann), 'Go.', options);
    expect([thunk.value, await thunk.toolCalls?.[0]?.callFunc()]).toEqual(['Hello, Ann.', 'found Ann']);
  });
});

describe('what is taken out', () => {
  const cleaned = async (options: RedactOptions, text: string): Promise<string | undefined> => {
    const inner = new ScriptedBackend([{}]);
    await ask(redact(inner, options), text);
    return inner.calls[0]?.prompt;
  };

  it('is every match of every pattern, whatever its flags; the replacement is taken as it is', async () => {
    const patterns = [/a/, /B/iy, 'c$'];
    expect(await cleaned({ patterns, replacement: '$&' }, 'a a bb c$ c')).toBe('$& $& $&$& $& c');
    const global = /x/g;
    global.lastIndex = 3;
    expect(await cleaned({ patterns: [global] }, 'x x x')).toBe('[redacted] [redacted] [redacted]');
  });

  it('is gone as a whole where matches overlap', async () => {
    for (const patterns of [
      ['ann', 'anna@x.org'],
      ['anna@x.org', 'ann'],
      ['anna', /anna@\S+/],
      ['nna@', 'anna', '@x.org'],
    ]) {
      const backend = new ScriptedBackend([{ deltas: ['x'] }]);
      await ask(redact(backend, { patterns }), 'To anna@x.org and (a.b)$1!');
      expect(backend.calls[0]?.prompt).toBe('To [redacted] and (a.b)$1!');
    }
    const signs = new ScriptedBackend([{ deltas: ['x'] }]);
    await ask(redact(signs, { patterns: ['(a.b)$1', '^-[/]'] }), 'See (a.b)$1, not (axb)$1, ^-[/] too.');
    expect(signs.calls[0]?.prompt).toBe('See [redacted], not (axb)$1, [redacted] too.');
  });

  it('may be up to a function', async () => {
    expect(await cleaned({ redactor: (text) => text.toUpperCase() }, 'quiet')).toBe('QUIET');
    await expect(cleaned({ redactor: () => 7 as never }, 'x')).rejects.toThrow('redactor must give a text');
  });

  it('is checked when the backend is made', () => {
    const wrong: [unknown, string][] = [
      [undefined, 'options must be'],
      [{}, 'options must be'],
      [{ patterns: ['x'], redactor: String }, 'options must be'],
      [{ patterns: [] }, 'patterns must be an array with at least one pattern; got an empty list'],
      [{ patterns: [''] }, 'patterns[0] must be'],
      [{ patterns: [/a*/] }, 'patterns[0] must not match the empty text'],
      [{ patterns: ['x'], replacement: 7 }, 'replacement must be'],
      [{ redactor: 'x' }, 'redactor must be'],
    ];
    const inner = new ScriptedBackend([{}]);
    for (const [options, text] of wrong) expect(() => redact(inner, options as RedactOptions)).toThrow(text);
  });
});
