import { readFileSync } from 'node:fs';
import { textOf } from '@melliflow/core/implement';
import { CassetteError } from './cassette-errors.js';
import { revived } from './plain.js';
import type { Interaction } from './recorded-event.js';
import type { CassetteRequest } from './request.js';

/** The form of the files that this version writes and reads. */
const VERSION = 1;

/** Where a cassette lies. */
export interface CassetteFile {
  /** As the user calls it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export type ChatInteraction = Interaction<CassetteRequest>;

/** A cassette as text: an interaction a block, an event a line, and prompts line by line. */
export function cassetteText(blocks: readonly string[]): string {
  return `{\n  "melliflowCassette": ${VERSION},\n  "interactions": [\n${blocks.join(',\n')}\n  ]\n}\n`;
}

/** One interaction of a cassette's text. */
export function blockOf({ key, request, timesMs, events }: ChatInteraction): string {
  const stored = { ...request, prompt: request.prompt.map((message) => mapText(message, toLines)) };
  const lines = JSON.stringify(stored, null, 2).replaceAll('\n', '\n      ');
  const rows = events.map((event) => `        ${JSON.stringify(event)}`);
  return [
    '    {',
    `      "key": ${JSON.stringify(key)},`,
    `      "request": ${lines},`,
    `      "timesMs": ${JSON.stringify(timesMs)},`,
    `      "events": [\n${rows.join(',\n')}\n      ]`,
    '    }',
  ].join('\n');
}

/** @throws CassetteError (`cassette`) when the file cannot be read, or is none of ours. */
export function readCassette(file: CassetteFile): ChatInteraction[] {
  const unreadable = (why: string, cause?: unknown): CassetteError =>
    new CassetteError(`cassette: ${file.name} ${why}`, { file: file.name, cause });
  let data: { melliflowCassette?: unknown; interactions?: unknown };
  try {
    data = JSON.parse(readFileSync(file.path, 'utf8'), revived);
  } catch (error) {
    throw unreadable(`cannot be read: ${textOf(error)} Mend it, or record it anew.`, error);
  }
  if (data?.melliflowCassette !== VERSION || !Array.isArray(data.interactions)) {
    const found = JSON.stringify(data?.melliflowCassette) ?? 'none';
    throw unreadable(
      `is no cassette that this version reads: melliflowCassette is ${found}, not ${VERSION}. Record it anew, or update @melliflow/testing.`,
    );
  }
  for (const [index, one] of data.interactions.entries()) {
    const fault = faultOf(one);
    if (fault) throw unreadable(`is damaged: ${fault} of interaction ${index + 1}. Record it anew.`);
  }
  return (data.interactions as ChatInteraction[]).map((one) => ({
    ...one,
    request: { ...one.request, prompt: one.request.prompt.map((message) => mapText(message, fromLines)) },
  }));
}

function faultOf(one: Partial<ChatInteraction> | null): string | null {
  if (typeof one?.key !== 'string') return 'there is no key';
  if (!Array.isArray(one.request?.prompt)) return 'there is no request.prompt';
  if (!one.request.prompt.every(isStoredMessage))
    return 'there is a message without content in the request.prompt';
  if (!Array.isArray(one.events) || !one.events.every((event) => typeof event?.type === 'string'))
    return 'there is an event without type in the events';
  if (!Array.isArray(one.timesMs) || one.timesMs.length !== one.events.length)
    return 'timesMs has not one time for each event';
  return null;
}

function isStoredMessage(message: unknown): boolean {
  const isText = (stored: unknown): boolean => typeof stored === 'string' || Array.isArray(stored);
  return isText(message) || isText((message as { content?: unknown } | null)?.content);
}

type Message = CassetteRequest['prompt'][number];

function mapText(message: Message, change: (text: string) => string): Message {
  if (typeof message !== 'object' || Array.isArray(message)) return change(message as string);
  return { ...message, content: change(message.content) };
}

/** A text of several lines is stored as a list of them: JSON has no line breaks to read and compare by. */
function toLines(text: string): string {
  return text.includes('\n') ? (text.split('\n') as unknown as string) : text;
}

function fromLines(stored: string | readonly string[]): string {
  return typeof stored === 'string' ? stored : stored.join('\n');
}
