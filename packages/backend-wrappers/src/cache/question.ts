import {
  type Backend,
  type ChatMessage,
  type ContextCall,
  isCBlock,
  type JsonSchema,
  type JsonTool,
  type ModelOptions,
  type Part,
  type RawCall,
} from '@melliflow/core';
import { identityOf, promptOf, rawPromptOf } from '../what-is-sent.js';

/** All that determines an answer. Only its hash becomes a key. */
export interface CacheQuestion {
  readonly kind: 'chat' | 'raw';
  /** Provider and model; of a fallback, those of all that may answer. */
  readonly model: unknown;
  /** What is sent: messages of a chat, or the text of a raw call. */
  readonly prompt: string | readonly ChatMessage[];
  /**
   * Without `stream`, which changes how an answer comes and not which, without `tools`, which stand below, and without
   * the `systemPrompt` of a chat, which is its first message: as it is sent, not as it was before `redact`.
   */
  readonly modelOptions: ModelOptions;
  readonly tools: readonly JsonTool[];
  readonly format: { readonly name: string; readonly schema: JsonSchema } | null;
  /** Which of the same prompts of one raw batch, from 0: they are several samples, not one. */
  readonly sample: number;
}

/** The question of a chat; null where it cannot be told from another. */
export function chatQuestion(backend: Backend, call: ContextCall): CacheQuestion | null {
  if (!isPrintable(backend, [...call.view, call.action])) return null;
  const prompt = promptOf(backend, call);
  const { modelOptions, ...settings } = settingsOf(backend, call);
  const { systemPrompt: _, ...others } = modelOptions;
  return {
    kind: 'chat',
    prompt,
    tools: [...call.tools.values()].map(({ asJsonTool }) => asJsonTool),
    modelOptions: prompt[0]?.role === 'system' ? others : modelOptions,
    ...settings,
    sample: 0,
  };
}

/** The questions of a raw batch, action by action. */
export function rawQuestions(backend: Backend, call: RawCall): (CacheQuestion | null)[] {
  const settings = settingsOf(backend, call);
  const seen = new Map<string, number>();
  return call.actions.map((action) => {
    if (!isPrintable(backend, [action])) return null;
    const prompt = rawPromptOf(backend, action);
    const sample = seen.get(prompt) ?? 0;
    seen.set(prompt, sample + 1);
    return { kind: 'raw', prompt, tools: [], ...settings, sample };
  });
}

function settingsOf(
  backend: Backend,
  { modelOptions, format }: Pick<ContextCall, 'modelOptions' | 'format'>,
): Pick<CacheQuestion, 'model' | 'modelOptions' | 'format'> {
  const { stream: _, tools: __, ...options } = modelOptions;
  return {
    model: identityOf(backend),
    modelOptions: options,
    format: format && { name: format.name, schema: format.schema },
  };
}

/** Without a formatter a component has no text that tells it from others. */
function isPrintable({ formatter }: Backend, parts: readonly Part[]): boolean {
  return formatter !== null || parts.every(isCBlock);
}
