import type { AbstractTool, Backend, GenerateOptions, ModelOptions, ModelOutputThunk } from '@melliflow/core';
import { SimpleContext, tool } from '@melliflow/stdlib';
import type { Watched } from './providers.js';

/** What became of an option: the fields of the request that it changed, and whether the answer warns. */
export interface Outcome {
  readonly fields: readonly string[];
  readonly warns: boolean;
}

const tools: AbstractTool<never>[] = [
  tool({
    name: 'add',
    description: 'Adds.',
    parameters: { type: 'object', properties: {} },
    execute: () => '',
  }),
];

/** Every option with a value that is not its default. */
export const tried: { readonly [K in keyof Required<ModelOptions>]?: ModelOptions[K] } = {
  stream: true,
  systemPrompt: 'Be brief.',
  maxNewTokens: 3,
  temperature: 0.5,
  topP: 0.9,
  topK: 20,
  minP: 0.1,
  seed: 7,
  stop: ['END'],
  presencePenalty: 0.5,
  frequencyPenalty: 0.5,
  repetitionPenalty: 1.1,
  contextWindow: 512,
  thinking: 'low',
  logprobs: 2,
  tools,
  toolChoice: 'required',
};

/** The option as a chat takes it, or a raw prompt. */
export async function watchOption(
  watched: Watched,
  option: keyof ModelOptions | 'format',
  kind: 'chat' | 'raw',
): Promise<Outcome> {
  const beside: ModelOptions = option === 'toolChoice' ? { tools } : {};
  const toolCalls = option === 'tools' || option === 'toolChoice';
  const given: GenerateOptions =
    option === 'format'
      ? { format: { type: 'object', properties: { a: { enum: ['b'] } }, required: ['a'] } }
      : { modelOptions: { ...beside, [option]: tried[option] }, toolCalls };
  const plain = await ask(watched, { modelOptions: beside, toolCalls: option === 'toolChoice' }, kind);
  const asked = await ask(watched, given, kind);
  const fields = changedFields(plain.body, asked.body);
  return { fields, warns: asked.warnings.some((warning) => warning.option === option) };
}

async function ask({ backend, server }: Watched, options: GenerateOptions, kind: 'chat' | 'raw') {
  const before = server?.requests.length ?? 0;
  const thunk = await (kind === 'chat' ? chat(backend, options) : raw(backend, options));
  return { body: server?.requests[before]?.body ?? {}, warnings: thunk.generation.warnings };
}

async function chat(backend: Backend, options: GenerateOptions): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromContext('Hi.', new SimpleContext(), options);
  // An answer that is cut, or that is no value of the format, has its warnings all the same.
  await thunk.avalue().catch(() => null);
  return thunk;
}

async function raw(backend: Backend, options: GenerateOptions): Promise<ModelOutputThunk> {
  const [thunk] = await backend.generateFromRaw(['Hi.'], new SimpleContext(), options);
  return thunk as ModelOutputThunk;
}

/** Paths at which the second has what the first has not, or something else: the shortest that tell it. */
function changedFields(plain: unknown, asked: unknown, path = ''): string[] {
  if (JSON.stringify(plain) === JSON.stringify(asked)) return [];
  if (!isRecord(plain) || !isRecord(asked)) return [path];
  return Object.keys(asked).flatMap((key) =>
    changedFields(
      plain[key] ?? (isRecord(asked[key]) && holders.has(key) ? {} : undefined),
      asked[key],
      path === '' ? key : `${path}.${key}`,
    ),
  );
}

/** Fields that only hold others. */
const holders: ReadonlySet<string> = new Set(['options', 'parameters']);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
