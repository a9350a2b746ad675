import { win32 } from 'node:path';
import type { Backend, ChatMessage, ContextCall, ModelOptions, RawCall } from '@melliflow/core';
import { hashOf, plain, sorted } from './plain.js';
import { promptOf, rawPromptOf } from './prompt-of.js';
import type { Clean } from './scrub.js';

/** What is asked of a model, as plain data without secrets: what a recording is found by. */
export interface CassetteRequest {
  readonly kind: 'chat' | 'raw';
  /** Provider and model, such as `openai/gpt-5`; of a model's file the name. */
  readonly model: string;
  /** The messages of a chat, or the texts of a raw batch. Images are hashes. */
  readonly prompt: readonly (ChatMessage | string)[];
  readonly modelOptions: Readonly<Record<string, unknown>>;
  /** The tools that were offered, as the model sees them. */
  readonly tools: readonly unknown[];
  readonly format: unknown;
}

/** A request with what it is found by, and the prompts as they are sent. */
export interface AskedRequest {
  readonly key: string;
  readonly request: CassetteRequest;
  /** Not cleaned: told to the caller's own log, never stored. */
  readonly sent: readonly (ChatMessage | string)[];
}

export function chatRequest(backend: Backend, call: ContextCall, clean: Clean): AskedRequest {
  const sent = promptOf(backend, call);
  const tools = [...call.tools.values()].map(({ asJsonTool }) => asJsonTool);
  const options: ModelOptions = { ...call.modelOptions, stream: call.streaming || undefined };
  // It is the first message already.
  if (sent[0]?.role === 'system') options.systemPrompt = undefined;
  return asked(backend, { kind: 'chat', sent, options, tools, format: call.format }, clean);
}

export function rawRequest(backend: Backend, call: RawCall, clean: Clean): AskedRequest {
  const sent = call.actions.map((action) => rawPromptOf(backend, action));
  return asked(
    backend,
    { kind: 'raw', sent, options: call.modelOptions, tools: [], format: call.format },
    clean,
  );
}

/** Messages as they are compared and stored. */
export function cleanPrompt(sent: readonly (ChatMessage | string)[], clean: Clean): (ChatMessage | string)[] {
  return sent.map((message) => {
    if (typeof message === 'string') return clean(message, 'prompt');
    const { role, images, ...own } = message;
    const hashes = images && { images: images.map((image) => `sha256:${hashOf(image)}`) };
    return { role, ...(plain(own, clean) as typeof own), ...hashes };
  });
}

interface Question {
  readonly kind: CassetteRequest['kind'];
  readonly sent: AskedRequest['sent'];
  readonly options: ModelOptions;
  readonly tools: readonly unknown[];
  readonly format: ContextCall['format'];
}

function asked(
  backend: Backend,
  { kind, sent, options, tools, format }: Question,
  clean: Clean,
): AskedRequest {
  const { tools: _, ...modelOptions } = options;
  const settings = {
    modelOptions,
    tools,
    format: format && { name: format.name, schema: format.schema },
  };
  const request: CassetteRequest = {
    kind,
    model: clean(`${backend.provider}/${modelName(backend.modelId)}`),
    prompt: cleanPrompt(sent, clean),
    ...(sorted(plain(settings, clean)) as Pick<CassetteRequest, 'modelOptions' | 'tools' | 'format'>),
  };
  return { key: hashOf(request), request, sent };
}

/** A model's file by its name alone: where it lies is different on each machine. */
function modelName(modelId: string): string {
  return win32.isAbsolute(modelId) || modelId.startsWith('file:') ? win32.basename(modelId) : modelId;
}

/** The same request with its prompts as hashes: it can be found and told from others, not read. */
export function withoutPrompts({ prompt, modelOptions, ...others }: CassetteRequest): CassetteRequest {
  const { systemPrompt } = modelOptions;
  return {
    ...others,
    prompt: prompt.map((message) => {
      const hash = `sha256:${hashOf(message)}`;
      return typeof message === 'string' ? hash : { role: message.role, content: hash };
    }),
    modelOptions:
      systemPrompt === undefined
        ? modelOptions
        : { ...modelOptions, systemPrompt: `sha256:${hashOf(systemPrompt)}` },
  };
}
