import type { GenerationEvent, RawItem } from '@melliflow/core';

/** What each event of a kept chat must have, and of which type; others may write to a store too. */
const members: Readonly<Record<string, readonly [member: string, type: string]>> = {
  text: ['text', 'string'],
  thinking: ['text', 'string'],
  tool_call: ['args', 'object'],
  usage: ['usage', 'object'],
  logprobs: ['logprobs', 'object'],
  metadata: ['type', 'string'],
  warning: ['warning', 'object'],
  finish: ['reason', 'string'],
};

/** Whether what a store gave is a chat that can be told again. */
export function isChat(value: unknown): value is GenerationEvent[] {
  return Array.isArray(value) && value.every(isEvent);
}

/** Whether what a store gave is an item of a raw batch. */
export function isItem(value: unknown): value is RawItem {
  const { text, finishReason } = (value ?? {}) as Partial<RawItem>;
  return typeof text === 'string' && typeof finishReason === 'string';
}

function isEvent(value: unknown): boolean {
  const event = (value ?? {}) as Readonly<Record<string, unknown>>;
  const [member, type] = members[String(event.type)] ?? [];
  if (member === undefined) return false;
  const held = event[member];
  return typeof held === type && held !== null;
}
