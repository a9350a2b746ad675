import { CBlock, type GenerationEvent } from '@melliflow/core';
import { tinyModelPath } from '@melliflow/model-tiny';
import type { LlamaModel } from 'node-llama-cpp';
import { afterAll } from 'vitest';
import { LlamaCppBackend, type LlamaCppSettings } from '../src/index.js';

/** A backend with the tiny model that is freed when the tests of the file are done. */
export function tinyBackend(settings: Partial<LlamaCppSettings> = {}): LlamaCppBackend {
  const backend = new LlamaCppBackend({ modelId: tinyModelPath, ...settings });
  afterAll(() => backend.dispose());
  return backend;
}

/** Gives a model a chat template that marks thoughts, as those of reasoning models do. */
export function letThink({ fileInfo }: LlamaModel): void {
  const { tokenizer } = fileInfo.metadata;
  const opening = "{%- if enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}";
  Object.assign(tokenizer, { chat_template: `${tokenizer.chat_template}${opening}` });
}

/** What an author's method gives, event by event. */
export async function eventsOf(
  backend: LlamaCppBackend,
  text: string,
  call: {
    signal?: AbortSignal;
    modelOptions?: LlamaCppSettings['modelOptions'];
    onText?: (count: number) => void;
  } = {},
): Promise<{ events: GenerationEvent[]; error: unknown }> {
  const events: GenerationEvent[] = [];
  let texts = 0;
  try {
    const source = backend._generateFromContext({
      action: new CBlock(text),
      view: [],
      tools: new Map(),
      format: null,
      modelOptions: call.modelOptions ?? {},
      streaming: true,
      signal: call.signal ?? new AbortController().signal,
      generationId: 'test',
    });
    for await (const event of source) {
      events.push(event);
      if (event.type === 'text') call.onText?.(++texts);
    }
    return { events, error: null };
  } catch (error) {
    return { events, error };
  }
}
