import type { TokenLogprob } from '@melliflow/core';
import type { Fault } from './fault.js';

/** What a provider answers, in words that all wires share; each wire writes it in its own form. */
export interface ScriptedReply {
  /** The text, in the pieces in which a stream tells it. */
  readonly deltas?: readonly string[] | undefined;
  /** Reasoning before the text, in pieces. */
  readonly thinking?: readonly string[] | undefined;
  readonly toolCalls?: readonly ScriptedToolCall[] | undefined;
  /** The word for the end; one that the wire does not know is sent as it is. Default `stop`, or `tool_calls` when there are some. Null: none is told. */
  readonly finish?: string | null | undefined;
  /** Default: so many tokens as there are words and pieces. Null: never told. */
  readonly usage?: ScriptedUsage | null | undefined;
  /** One per piece of text; told when they are asked for. */
  readonly logprobs?: readonly TokenLogprob[] | undefined;
  /** The answers of a batch or of `n` choices, by index; where one is missing, this reply itself answers. */
  readonly choices?: readonly ScriptedReply[] | undefined;
  /** The indices of the choices in the order in which they are sent. */
  readonly order?: readonly number[] | undefined;
  /** Default: the model that was asked. */
  readonly model?: string | undefined;
  readonly id?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly fault?: Fault | readonly Fault[] | undefined;
}

/** A call that the model wants made. */
export interface ScriptedToolCall {
  readonly id?: string | undefined;
  readonly name: string;
  /** A string is sent as it is. */
  readonly args: Readonly<Record<string, unknown>> | string;
}

/** The tokens that the provider counted. */
export interface ScriptedUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The faults of a reply as a list. */
export function faultsOf({ fault }: ScriptedReply): readonly Fault[] {
  if (fault === undefined) return [];
  return Array.isArray(fault) ? fault : [fault as Fault];
}

/** The whole text of a reply. */
export function textOf({ deltas = [] }: ScriptedReply): string {
  return deltas.join('');
}

/** The tokens that a reply tells of, or null. */
export function usageOf({ usage, deltas = [] }: ScriptedReply, prompt: string): ScriptedUsage | null {
  if (usage !== undefined) return usage;
  return { promptTokens: prompt.split(/\s+/).filter(Boolean).length, completionTokens: deltas.length };
}

/** The arguments of a call as text, cut in half for the last one when the script wants them truncated. */
export function argumentsOf(reply: ScriptedReply, index: number): string {
  const args = reply.toolCalls?.[index]?.args ?? '';
  const text = typeof args === 'string' ? args : JSON.stringify(args);
  const truncated = faultsOf(reply).some(({ kind }) => kind === 'truncated-tool-arguments');
  return truncated && index === (reply.toolCalls?.length ?? 0) - 1
    ? text.slice(0, Math.ceil(text.length / 2))
    : text;
}
