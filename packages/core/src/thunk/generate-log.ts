import type { ModelOptions } from '../backend/model-options.js';
import type { Part } from '../content/component.js';
import { isCBlock } from '../content/part.js';
import type { ChatMessage } from '../formatter/chat-message.js';
import { className } from '../internal/describe.js';
import type { ModelOutputThunk } from './model-output-thunk.js';

/** The record of one generation, for inspection. It holds prompts; `JSON.stringify` of it has no cycles. */
export interface GenerateLog {
  date: Date;
  /** What was sent, once the backend has said so. */
  prompt: string | ChatMessage[] | null;
  backend: string | null;
  /** The options after merging, without the provider's own (they may hold credentials). */
  modelOptions: ModelOptions | null;
  modelOutput: unknown;
  action: Part | null;
  result: ModelOutputThunk<unknown> | null;
  /** Whether a sampling strategy chose this generation. */
  isFinalResult: boolean;
  extra: Record<string, unknown> | null;
}

/** A record whose `JSON.stringify` shows the parts by text and tools by name, so that no object graph is walked. */
export function newGenerateLog(
  facts: Pick<GenerateLog, 'backend' | 'modelOptions' | 'action' | 'result'>,
): GenerateLog {
  const { providerOptions: _, ...modelOptions } = facts.modelOptions ?? {};
  const log: GenerateLog = {
    date: new Date(),
    prompt: null,
    modelOutput: null,
    isFinalResult: true,
    extra: null,
    ...facts,
    modelOptions: facts.modelOptions && modelOptions,
  };
  return Object.defineProperty(log, 'toJSON', { value: () => plain(log) });
}

function plain(log: GenerateLog): Record<string, unknown> {
  const { tools, ...options } = log.modelOptions ?? {};
  return {
    ...log,
    modelOptions: log.modelOptions && {
      ...options,
      tools: tools && Object.values(tools).map(({ name }) => name),
    },
    action: isCBlock(log.action) ? log.action.toString() : log.action && className(log.action),
  };
}
