import { CBlock, type ChatMessage, ModelOutputThunk, ModelToolCall, type Part } from '@melliflow/core';
import { ChatFormatter, TemplateFormatter } from '@melliflow/formatter';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { asChatHistory } from '../src/components/as-chat-history.js';
import { Document } from '../src/components/document.js';
import { fromChatHistory } from '../src/components/from-chat-history.js';
import { Instruction, type InstructionInit } from '../src/components/instruction.js';
import { Message } from '../src/components/message.js';
import { mify } from '../src/components/mify.js';
import { Query } from '../src/components/query.js';
import { SimpleComponent } from '../src/components/simple-component.js';
import { ToolMessage } from '../src/components/tool-message.js';
import { Transform } from '../src/components/transform.js';
import { ChatContext } from '../src/contexts/chat-context.js';
import { callTools } from '../src/tools/call-tools.js';
import { ReactGoal } from '../src/tools/react-goal.js';
import { tool } from '../src/tools/tool.js';
import { ToolOutput } from '../src/tools/tool-output.js';
import { validateToolArguments } from '../src/tools/validate-tool-arguments.js';

/** What programs, templates and models read as more than text. */
const marks = [
  '{{ 7 * 7 }}',
  '{{ description }}',
  '{%- for x in range(9) %}',
  '{% endif %}',
  '{% raw %}',
  '{# hidden #}',
  '{{',
  '}}',
  '<|im_start|>system\n',
  '<|im_end|>',
  '<|eot_id|>',
  '[INST]',
  '[/INST]',
  '<<SYS>>',
  '</s>',
  '<start_of_turn>model',
  '\nAssistant:',
  '"role": "system"',
  `$${'{process.env}'}`,
  '__proto__',
  'constructor',
];
/** Never an image: a text that is a PNG in base64 is one by contract. */
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...marks), fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''))
  .filter((text) => text !== '');
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'items'),
  hostile,
);

const formatter = new TemplateFormatter();
const printed = (part: Part): string => formatter.print(part);
const instructed = (description: string, init: InstructionInit): string =>
  printed(new Instruction(description, init));
/** As it is parsed out of JSON, where a key may be `__proto__`. */
const record = <T>(name: string, value: T): Record<string, T> => Object.fromEntries([[name, value]]);
const onTheWire = (parts: readonly Part[]): ChatMessage[] =>
  JSON.parse(JSON.stringify(formatter.toChatMessages(parts)));

const clean = Reflect.ownKeys(Object.prototype);
afterEach(() => {
  expect(Reflect.ownKeys(Object.prototype)).toEqual(clean);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

describe('what others wrote stays data where it is rendered', () => {
  test('user variables', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(instructed('<{{ v }}>', { userVariables: { v: text } })).toBe(`<${text}>`);
      }),
    );
  });

  test('user variables of any name', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      expect(instructed(`<{{ ${name} }}>`, { userVariables: record(name, 'value') })).toBe('<value>');
      expect(() => instructed(`<{{ ${name} }}>`, { userVariables: {} })).toThrow('which was not given');
      expect(() => instructed(`<{{ v.${name} }}>`, { userVariables: { v: 'x' } })).toThrow();
    }
  });

  test('grounding, by name and text, as text, block, document and output of a model', () => {
    fc.assert(
      fc.property(key, hostile, (name, text) => {
        const parts = [text, new CBlock(text), new Document(text), new ModelOutputThunk(text)];
        for (const part of parts) {
          expect(instructed('d', { groundingContext: record(name, part) })).toBe(
            `d\n\nUse this context:\n\n[${name}]\n${text}`,
          );
        }
      }),
    );
  });

  test('requirements, examples, prefix and what an earlier answer was told', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const init = { requirements: [text], examples: [text], prefix: text };
        expect(printed(new Instruction(text, init).copyAndRepair(text))).toBe(
          `${text}\n\nExamples of good answers:\n\nExample 1:\n${text}\n\nRequirements:\n- ${text}\n- start with '${text}'` +
            `\n\nAn earlier answer was not good enough. Do better here:\n${text}`,
        );
      }),
    );
  });

  test('objects of the program, by field and value', () => {
    fc.assert(
      fc.property(key, hostile, (name, text) => {
        const object = Object.defineProperty({}, name, { value: text, enumerable: true });
        expect(printed(mify(object, { fields: [name as never] }))).toBe(`${name}: ${text}`);
        const nested = { inner: record(name, text) };
        expect(JSON.parse(printed(mify(nested, { fields: ['inner'] })).slice('inner: '.length))).toEqual(
          nested.inner,
        );
        expect(JSON.parse(printed(new SimpleComponent(record(name, text))))).toEqual(record(name, text));
      }),
    );
  });

  test('questions, changes, documents and goals', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, more) => {
        expect(printed(new Query(text, more))).toBe(
          `Consider this:\n${text}\n\nAnswer this question about it: ${more}`,
        );
        expect(printed(new Transform(text, more))).toContain(
          `this:\n${text}\n\nChange it as follows: ${more}\n\nAnswer`,
        );
        expect(printed(new Document(text, { title: more, id: more }))).toBe(`[${more}] ${more}\n${text}`);
        expect(printed(new ReactGoal(text, 'final_answer', [more]))).toMatch(
          /`final_answer`[\s\S]*The tools are:/,
        );
        expect(printed(new ReactGoal(text, 'final_answer', [more]))).toContain(
          `step by step:\n${text}\n\nIn each step`,
        );
        expect(printed(new ReactGoal(text, 'final_answer', [more])).endsWith(more)).toBe(true);
      }),
    );
  });
});

describe('and on the wire, where roles are fields', () => {
  test('messages, answers of tools and outputs of models keep their roles and their texts', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 5, maxLength: 5 }), (texts) => {
        const [a = '', b = '', c = '', d = '', e = ''] = texts;
        const calls = [new ModelToolCall({ id: 'c1', name: 'look', func: null, args: { text: c } })];
        expect(
          onTheWire([
            new Message('system', a),
            new Message('user', b),
            new ModelOutputThunk(c, { toolCalls: calls }),
            new ToolMessage({ id: 'c1', name: 'look' }, d),
            new Instruction(e),
          ]),
        ).toEqual([
          { role: 'system', content: a },
          { role: 'user', content: b },
          { role: 'assistant', content: c, toolCalls: [{ id: 'c1', name: 'look', args: { text: c } }] },
          { role: 'tool', content: d, toolCallId: 'c1', name: 'look' },
          { role: 'user', content: e },
        ]);
      }),
    );
  });

  test('results of tools are told as they are, whatever the tool gave or threw', async () => {
    await fc.assert(
      fc.asyncProperty(key, hostile, async (name, text) => {
        const of = (execute: () => unknown): ModelToolCall =>
          new ModelToolCall({
            id: 'c',
            name: 't',
            func: tool({ name: 't', parameters: {}, execute }),
            args: {},
          });
        const results = await callTools([
          of(() => text),
          of(() => record(name, text)),
          of(() => new ToolOutput({ content: text })),
          of(() => {
            throw new Error(text);
          }),
        ]);
        const [plain, data, worded, failed] = onTheWire(results);
        expect([plain?.content, worded?.content]).toEqual([text, text]);
        expect(JSON.parse(data?.content ?? '')).toEqual(record(name, text));
        expect(failed?.content).toBe(`The tool failed: ${text}`);
        expect(onTheWire(results).every(({ role }) => role === 'tool')).toBe(true);
      }),
    );
  });

  test('a chat history comes back as it was', () => {
    fc.assert(
      fc.property(hostile, hostile, (said, told) => {
        const ctx = new ChatContext()
          .add(new Message('user', said))
          .add(
            new ModelOutputThunk(told, {
              toolCalls: [
                new ModelToolCall({ id: 'c', name: 't', func: null, args: record('__proto__', said) }),
              ],
            }),
          )
          .add(new ToolMessage({ id: 'c', name: 't' }, told));
        const history = asChatHistory(ctx);
        expect(asChatHistory(fromChatHistory(JSON.parse(JSON.stringify(history))))).toEqual(history);
      }),
    );
  });
});

describe('arguments of tools', () => {
  const echo = tool({
    name: 'echo',
    parameters: {
      type: 'object',
      properties: { known: { type: 'object', properties: { n: { type: 'integer' } } } },
    },
    execute: (args) => args,
  });

  test('keys of any name are own keys of what the tool gets, and change nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(key, fc.jsonValue(), async (name, value) => {
        const args: Record<string, unknown> = JSON.parse(
          `{"known": {"n": "1", ${JSON.stringify(name)}: {"polluted": true}}}`,
        );
        const more = JSON.parse(JSON.stringify(record(name, value)));
        for (const given of [
          { ...args, ...more },
          Object.fromEntries([...Object.entries(args), ...Object.entries(more)]),
        ]) {
          const got = (await echo.run(given)) as Record<string, unknown>;
          expect(Object.getPrototypeOf(got)).toBe(Object.prototype);
          expect(Object.getPrototypeOf(got.known)).toBe(Object.prototype);
          expect(Object.entries(got)).toEqual(expect.arrayContaining(Object.entries(more)));
          expect((got as { polluted?: unknown }).polluted).toBeUndefined();
          expect(Object.entries(got.known as object)).toContainEqual([name, { polluted: true }]);
          expect(Object.keys(validateToolArguments(echo, given)).sort()).toEqual(Object.keys(got).sort());
        }
      }),
    );
  });

  test('what an object inherits is no argument', async () => {
    const inherits = tool({
      name: 'i',
      parameters: { properties: { constructor: { type: 'string' }, toString: { type: 'string' } } },
      execute: (args) => Object.keys(args),
    });
    expect(await inherits.run({})).toEqual([]);
  });
});

test('a formatter without templates shows the same texts', () => {
  fc.assert(
    fc.property(hostile, hostile, (text, more) => {
      expect(new ChatFormatter().print(new Query(text, more))).toBe(`${text}\n${more}`);
    }),
  );
});
