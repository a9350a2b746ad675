import { readFileSync } from 'node:fs';
import { openaiServer, type ScriptedReply } from '@melliflow/backend-conformance/servers';
import { OpenAIBackend } from '@melliflow/backend-openai';
import { WrappingBackend } from '@melliflow/backend-wrappers';
import {
  type Backend,
  type ContextCall,
  type GenerationEvent,
  PartialValidationResult,
  RateLimitError,
  Requirement,
} from '@melliflow/core';
import { ChatContext, callTools, SimpleContext, startSession, tool } from '@melliflow/stdlib';
import { streamWithChunking } from '@melliflow/streaming';
import { CassetteMissError, cassette } from '@melliflow/testing/cassettes';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cassetteFiles } from './folder.js';

const fileOf = cassetteFiles();
const apiKey = 'correct-horse-battery-staple';

/** Notes all that goes through it. */
class Noting extends WrappingBackend {
  readonly told: unknown[] = [];

  override async *_generateFromContext(call: ContextCall): AsyncGenerator<GenerationEvent, void> {
    try {
      for await (const event of super._generateFromContext(call)) {
        this.told.push(structuredClone(event));
        yield event;
      }
    } catch (error) {
      const { name, code, message, status, retryable, requestId } = error as RateLimitError;
      this.told.push({ name, code, message, status, retryable, requestId });
      throw error;
    }
  }
}

class NoFish extends Requirement {
  override streamValidate(chunk: string): PartialValidationResult {
    return new PartialValidationResult(chunk.includes('fish') ? 'fail' : 'unknown');
  }
}

const weather = tool({
  name: 'weather',
  description: 'The weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `${city}: mild`,
});

/** A session that calls a tool, is refused once and asks again, and stops a stream at what it does not want. */
async function program(backend: Backend, question = 'How is it in Rome and in Oslo?'): Promise<unknown[]> {
  await using m = await startSession({ backend, ctx: new ChatContext() });
  const options = { modelOptions: { tools: [weather] }, toolCalls: true };
  const asked = await m.instruct(question, options);
  for (const result of await callTools(asked)) m.ctx = m.ctx.add(result);
  const mild = await m.chat('So?');
  const refused = await m.chat('And tomorrow?').catch((error: unknown) => error);
  const again = RateLimitError.is(refused) ? await m.chat('And tomorrow?') : null;
  const stream = await streamWithChunking('Tell of the sea.', backend, new SimpleContext(), {
    requirements: [new NoFish()],
  });
  await stream.acomplete();
  return [
    mild.value,
    mild.generation.usage,
    RateLimitError.is(refused) && refused.status,
    again?.value,
    stream.completed,
    stream.fullText,
    stream.streamingFailures.length,
  ];
}

const script: readonly ScriptedReply[] = [
  {
    toolCalls: [
      { id: 'call_a', name: 'weather', args: { city: 'Rome' } },
      { id: 'call_b', name: 'weather', args: { city: 'Oslo' } },
    ],
  },
  { deltas: ['Mild', ', both.'], usage: { promptTokens: 40, completionTokens: 3 } },
  { fault: { kind: 'status', status: 429 } },
  { deltas: ['Mild again.'] },
  { deltas: ['The sea is wide. ', 'It has fish. ', 'It has ', 'ships. ', 'And more. '] },
];

async function recorded(file: string): Promise<{ values: unknown[]; told: unknown[]; baseURL: string }> {
  const server = await openaiServer();
  try {
    server.reply(...script);
    const { baseURL } = server;
    const inner = new OpenAIBackend({ modelId: 'm', baseURL, apiKey, retry: { attempts: 1 } });
    const noting = new Noting(cassette(inner, { file }));
    return { values: await program(noting), told: noting.told, baseURL };
  } finally {
    await server.close();
  }
}

describe('a session with a tool, a refusal and a cancelled stream', () => {
  it('is replayed to the same events when the server is gone, without a key', async () => {
    const file = fileOf('session.json');
    const live = await recorded(file);
    expect(live.values.slice(0, 1).concat(live.values.slice(2))).toEqual([
      'Mild, both.',
      429,
      'Mild again.',
      false,
      'The sea is wide.',
      1,
    ]);
    const tape = cassette(new OpenAIBackend({ modelId: 'm', baseURL: live.baseURL }), { file });
    const noting = new Noting(tape);
    expect(await program(noting)).toEqual(live.values);
    expect(noting.told).toEqual(live.told);
    tape.assertAllPlayed();
  });

  it('keeps the key out of the file', async () => {
    const file = fileOf('key.json');
    await recorded(file);
    expect(readFileSync(file, 'utf8')).not.toContain(apiKey);
  });

  it('fails usefully when one word of the prompt changes', async () => {
    const file = fileOf('word.json');
    const { baseURL } = await recorded(file);
    const tape = cassette(new OpenAIBackend({ modelId: 'm', baseURL }), { file });
    const error = await program(tape, 'How is it in Rome and in Bergen?').catch((thrown: unknown) => thrown);
    expect(CassetteMissError.is(error)).toBe(true);
    expect((error as Error).message).toBe(
      [
        `cassette: this request is not recorded in ${file}.`,
        'The nearest is number 1 of 5. What differs:',
        '  prompt[0].content: … it in Rome and in [-Oslo-]{+Bergen+}?',
        'If that is right, record anew: run it with MELLIFLOW_CASSETTES=update, or as `node <file> --update`.',
      ].join('\n'),
    );
  });

  it('a retry inside of the backend is one recording of what came of it', async () => {
    const file = fileOf('retry.json');
    const server = await openaiServer();
    server.reply({ fault: { kind: 'status', status: 429 } }, { deltas: ['Done.'] });
    const settings = {
      modelId: 'm',
      baseURL: server.baseURL,
      retry: { attempts: 2, initialDelayMs: 1, maxDelayMs: 1 },
    };
    const inner = new OpenAIBackend(settings);
    const [live] = await cassette(inner, { file }).generateFromContext('Go.', new SimpleContext());
    expect([await live.avalue(), server.requests.length]).toEqual(['Done.', 2]);
    await server.close();
    const [replayed] = await cassette(inner, { file }).generateFromContext('Go.', new SimpleContext());
    expect(await replayed.avalue()).toBe('Done.');
    expect(replayed.generation).toEqual(live.generation);
  });
});
