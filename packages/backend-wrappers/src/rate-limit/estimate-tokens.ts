import type { AbstractTool, ChatMessage, ModelOptions, TokenUsage } from '@melliflow/core';

/** What a request is reckoned by before it is made. */
export interface RequestSize {
  /** The text that is sent, tools and schema included; images are not counted. */
  readonly characters: number;
  readonly modelOptions: ModelOptions;
}

/** How long an answer is thought to be when nobody limits it. */
const USUAL_ANSWER = 256;

/** A token for four characters, as usual in English, and the limit of the answer. */
export function estimateTokens({ characters, modelOptions }: RequestSize): number {
  return Math.ceil(characters / 4) + (modelOptions.maxNewTokens ?? USUAL_ANSWER);
}

/** The characters of messages and tools. */
export function charactersOf(
  messages: readonly ChatMessage[],
  tools: ReadonlyMap<string, AbstractTool>,
  schema: unknown,
): number {
  let characters = schema ? JSON.stringify(schema).length : 0;
  for (const { content, toolCalls } of messages)
    characters += content.length + (toolCalls ? JSON.stringify(toolCalls).length : 0);
  for (const tool of tools.values()) characters += JSON.stringify(tool.asJsonTool).length;
  return characters;
}

/** What was really spent; null where nobody counted. */
export function spentTokens(usage: TokenUsage | undefined): number | null {
  const spent = usage ? usage.totalTokens - (usage.details?.tokensFromCache ?? 0) : Number.NaN;
  return Number.isFinite(spent) ? Math.max(0, spent) : null;
}
