import type { GenerationWarning, ModelOptions } from '@melliflow/core';
import type { ChatHistoryItem, ChatWrapper, Token } from 'node-llama-cpp';

/** How the thoughts of one call are dealt with. */
export interface LlamaCppThoughts {
  /** Whether the model may think before it answers. */
  readonly isOn: boolean;
  /** The share of the room for an answer that thoughts may take. */
  readonly share: number;
  readonly warnings: readonly GenerationWarning[];
}

/** Takes a piece of an answer, with the tokens that it is made of. */
export type PushTokens = (text: string, tokens: readonly Token[], type?: 'text' | 'thinking') => void;

/** The share of the room that each effort leaves to thoughts. */
const shares = { low: 1 / 8, medium: 1 / 4, high: 1 / 2 } as const;

/**
 * What `thinking` asks for, as far as the model can do it. A format is held to from the first token on, so under one
 * the model answers without a thought.
 *
 * @param canThink Whether the chat format of the model marks thoughts.
 */
export function thoughtsOf(
  thinking: ModelOptions['thinking'],
  { canThink, hasFormat }: { canThink: boolean; hasFormat: boolean },
): LlamaCppThoughts {
  const share = typeof thinking === 'string' ? shares[thinking] : 1;
  const isOn = thinking !== false && !hasFormat;
  if (!thinking || (canThink && isOn)) return { isOn, share, warnings: [] };
  const message = canThink
    ? 'An output that is held to a format begins at once: the model does not think first.'
    : 'The chat template of this model marks no thoughts.';
  return { isOn, share, warnings: [{ kind: 'unsupported', option: 'thinking', message }] };
}

/** Whether the chat format marks thoughts. */
export function marksThoughts({ settings }: ChatWrapper): boolean {
  return settings.segments?.thought !== undefined;
}

/** The history with an ended, empty thought at the beginning of the answer, so that the model opens none. */
export function withoutThought(history: ChatHistoryItem[]): ChatHistoryItem[] {
  const last = history.at(-1);
  if (last?.type !== 'model' || typeof last.response.at(-1) === 'string') return history;
  const thought = { type: 'segment', segmentType: 'thought', text: '', ended: true } as const;
  return [...history.slice(0, -1), { ...last, response: [...last.response, thought] }];
}

/** A piece of an answer as the engine tells it. */
interface AnswerChunk {
  readonly type: 'segment' | undefined;
  readonly text: string;
  readonly tokens: readonly Token[];
}

/**
 * Pushes thoughts and text apart. The blank lines between a thought and the text belong to the model's frame.
 *
 * @param afterThought Whether the answer begins right after a thought.
 */
export function pushApart(push: PushTokens, afterThought: boolean): (chunk: AnswerChunk) => void {
  let trims = afterThought;
  let hasText = false;
  return ({ type, text, tokens }) => {
    if (type === 'segment') {
      trims = !hasText;
      push(text, tokens, 'thinking');
      return;
    }
    const said = trims ? text.trimStart() : text;
    trims &&= said === '';
    hasText ||= said !== '';
    push(said, said === '' ? [] : tokens);
  };
}
