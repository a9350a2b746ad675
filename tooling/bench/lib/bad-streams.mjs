/** What a program is told that loops over the text of a stream, when the stream goes wrong. */
import { createOpenAI } from '@ai-sdk/openai';
import { openaiServer } from '@melliflow/backend-conformance/servers';
import { streamText } from 'ai';
import { alignedTable } from '../../scripts/aligned-table.mjs';
import { open as openLangchain } from '../peers/langchain.mjs';
import { open as openMelliflow } from '../peers/openai.mjs';
import { open as openSdk } from '../peers/openai-sdk.mjs';

export const faults = {
  cut: 'the answer breaks off, without its end marker',
  'malformed-json': 'an event of it is no JSON',
  'error-event': 'an event of it is an error',
  'empty-body': 'a reply 200 with nothing in it',
  html: 'a reply 200 with a web page',
};

/** The loop throws; or it ends and the library says beside it what happened; or nothing says so. */
const outcomes = { throws: 'throws', beside: 'told beside it', whole: '**as if whole**' };

const loop = (open) => async (origin) => {
  await open(origin).stream('m', 'Greet me.', { onDelta() {} });
  return 'whole';
};

/** The loop of this library never throws: it has a callback for errors, and a finish reason of its own. */
async function aiSdk(origin) {
  let isTold = false;
  const { textStream, finishReason } = streamText({
    model: createOpenAI({ baseURL: `${origin}/v1`, apiKey: 'x' }).chat('m'),
    prompt: 'Greet me.',
    onError: () => {
      isTold = true;
    },
  });
  for await (const _ of textStream);
  return isTold || ['error', 'interrupted'].includes(await finishReason) ? 'beside' : 'whole';
}

export const libraries = {
  Melliflow: loop(openMelliflow),
  'openai SDK, bare': loop(openSdk),
  'AI SDK': aiSdk,
  'LangChain.js': loop(openLangchain),
};

export async function outcomeOf(library, kind) {
  const server = await openaiServer();
  server.reply(() => ({ deltas: ['Good ', 'morning.'], fault: { kind } }));
  try {
    return await libraries[library](server.baseURL.replace(/\/v1$/, ''));
  } catch {
    return 'throws';
  } finally {
    await server.close();
  }
}

export async function badStreamsTable() {
  const rows = Object.entries(faults).map(async ([kind, label]) => {
    const found = await Promise.all(Object.keys(libraries).map((library) => outcomeOf(library, kind)));
    return [label, ...found.map((outcome) => outcomes[outcome])];
  });
  return alignedTable(['', ...Object.keys(libraries)], await Promise.all(rows), 5);
}
