import { strict as assert } from 'node:assert';
import { AbstractTool, BackendError, type JsonTool, type ModelOutputThunk } from '@melliflow/core';
import type { Exam, OpenedBackend } from '../exam/exam.js';
import { type Law, lawsOf } from '../exam/law.js';
import type { Fault } from '../servers/fault.js';
import type { ScriptedReply } from '../servers/scripted-reply.js';
import { assertIs, rejection } from './rejection.js';

/** A tool that gives back what it was called with. */
class Weather extends AbstractTool<{ city: string }, string> {
  readonly name = 'weather_of';
  readonly asJsonTool: JsonTool = {
    type: 'function',
    function: {
      name: 'weather_of',
      description: 'The weather of a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  };
  run({ city }: { city: string }): string {
    return `rain in ${city}`;
  }
}

const needs = ['tools'] as const;
const call = { id: 'call_77', name: 'weather_of', args: { city: 'Zürich "Nord" €' } };

interface Asked extends OpenedBackend {
  thunk: ModelOutputThunk;
}

/** Asks with the tool on offer. */
async function ask(exam: Exam, reply: ScriptedReply, stream: boolean, more: object = {}): Promise<Asked> {
  const opened = await exam.open([reply]);
  const modelOptions = { tools: [new Weather() as AbstractTool], stream, ...more };
  const options = { toolCalls: true, modelOptions };
  const [thunk] = await opened.backend.generateFromContext('How is the weather?', exam.context, options);
  return { ...opened, thunk };
}

export const toolsLaws: readonly Law[] = lawsOf('tools', {
  offered: {
    clause: '4.1',
    sentence: 'The tools are offered to the provider with name, description and parameters.',
    needs,
    async run(exam) {
      const { thunk, request } = await ask(exam, { deltas: ['ok'] }, false);
      await thunk.avalue();
      const { text } = await request();
      for (const part of ['weather_of', 'The weather of a city.', 'city']) {
        assert.ok(text.includes(part), `"${part}" was not sent`);
      }
    },
  },
  unasked: {
    clause: '4.1',
    sentence: 'Without toolCalls no tool is offered.',
    needs,
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'] }]);
      const options = { modelOptions: { tools: [new Weather() as AbstractTool] } };
      const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
      await thunk.avalue();
      assert.ok(!(await request()).text.includes('weather_of'), 'it was offered');
    },
  },
  called: {
    clause: '1, 4.1',
    sentence: 'A call has the name, the arguments, and the tool, which runs.',
    needs,
    async run(exam) {
      for (const stream of [false, true]) {
        const { thunk } = await ask(exam, { toolCalls: [call] }, stream);
        assert.equal(await thunk.avalue(), '', 'the text');
        const [made] = thunk.toolCalls ?? [];
        assert.deepEqual([thunk.toolCalls?.length, made?.name, made?.args], [1, call.name, call.args]);
        assert.equal(await made?.callFunc(), `rain in ${call.args.city}`);
        assert.equal(thunk.generation.finishReason, 'tool_calls', 'finishReason');
      }
    },
  },
  fragments: {
    clause: '4',
    sentence: 'Arguments that come in fragments are put together.',
    needs: ['tools', 'streaming'],
    async run(exam) {
      const fault = { kind: 'tool-fragments', size: 1 } as const;
      const { thunk } = await ask(
        exam,
        { toolCalls: [call, { ...call, args: { city: 'Bern' } }], fault },
        true,
      );
      await thunk.avalue();
      assert.deepEqual(
        thunk.toolCalls?.map(({ args }) => args),
        [call.args, { city: 'Bern' }],
      );
    },
  },
  same: {
    clause: 'Decisions',
    sentence: 'Two calls of the same tool in one reply both arrive, in order.',
    needs,
    async run(exam) {
      for (const stream of [false, true]) {
        const toolCalls = [
          { ...call, id: 'call_1' },
          { ...call, id: 'call_2', args: { city: 'Bern' } },
        ];
        const { thunk } = await ask(exam, { toolCalls }, stream);
        await thunk.avalue();
        assert.deepEqual(
          thunk.toolCalls?.map(({ args }) => args.city),
          [call.args.city, 'Bern'],
        );
      }
    },
  },
  truncated: {
    clause: '2.5, 4',
    sentence: 'A call whose arguments are cut short is a failure, never half a call.',
    needs,
    async run(exam) {
      for (const stream of [false, true]) {
        const fault: Fault = { kind: 'truncated-tool-arguments' };
        const { thunk } = await ask(exam, { toolCalls: [call], fault }, stream);
        assertIs(await rejection(thunk.avalue(), 'avalue()'), BackendError);
        assert.deepEqual(thunk.toolCalls ?? [], [], 'toolCalls');
      }
    },
  },
  unknown: {
    clause: '1',
    sentence: 'A call of a tool that was not offered is told, and cannot be run.',
    needs,
    async run(exam) {
      const fault: Fault = { kind: 'unknown-tool' };
      const { thunk } = await ask(exam, { toolCalls: [{ ...call, name: 'launch' }], fault }, false);
      await thunk.avalue();
      const [made] = thunk.toolCalls ?? [];
      assert.deepEqual([made?.name, made?.func], ['launch', null]);
      await rejection(made?.callFunc() ?? Promise.resolve(), 'callFunc()');
    },
  },
  text: {
    clause: '2.2',
    sentence: 'Text beside a call is kept.',
    needs,
    async run(exam) {
      for (const stream of [false, true]) {
        const { thunk } = await ask(exam, { deltas: ['Let me ', 'look.'], toolCalls: [call] }, stream);
        assert.equal(await thunk.avalue(), 'Let me look.');
        assert.equal(thunk.toolCalls?.length, 1, 'toolCalls');
      }
    },
  },
  choice: {
    clause: '4',
    sentence: 'The choice of tools is sent.',
    needs: ['tools', 'toolChoice'],
    async run(exam) {
      const texts: string[] = [];
      for (const toolChoice of ['auto', 'required', 'none'] as const) {
        const { thunk, request } = await ask(exam, { deltas: ['ok'] }, false, { toolChoice });
        await thunk.avalue();
        texts.push((await request()).text);
      }
      assert.ok(texts[1]?.includes('required'), 'required was not sent');
      assert.equal(new Set(texts).size, 3, 'different requests for three choices');
    },
  },
});
