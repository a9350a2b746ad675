import {
  AuthenticationError,
  BackendError,
  ConnectionError,
  ContextLengthError,
  GenerationTimeoutError,
  IncompleteStreamError,
  InvalidRequestError,
  MalformedResponseError,
  ModelNotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
} from '@melliflow/core';
import type { ExamSettings } from '../exam/subject.js';
import type { Fault, StatusFault } from '../servers/fault.js';
import { Turnstile } from '../servers/turnstile.js';

/** A reply that is wrong, and what a call that gets it fails with. */
export interface WrongReply {
  readonly fault: Fault;
  readonly types: readonly (typeof BackendError)[];
  /** In a stream it may harm nothing; then the text is whole. */
  readonly mayBeHarmless?: true;
  readonly settings?: Partial<ExamSettings>;
}

/** What a status is, and whether another try may help. */
export const statuses: readonly (readonly [number, readonly (typeof BackendError)[], boolean])[] = [
  [400, [InvalidRequestError], false],
  [401, [AuthenticationError], false],
  [403, [PermissionError], false],
  [404, [ModelNotFoundError], false],
  [408, [GenerationTimeoutError, ConnectionError, ServerError], true],
  [413, [InvalidRequestError, ContextLengthError], false],
  [429, [RateLimitError], true],
  [500, [ServerError], true],
  [503, [ServerError], true],
  [529, [ServerError], true],
];

/** How a body may be written beside the provider's own way. */
export const shapes: readonly NonNullable<StatusFault['shape']>[] = ['vllm', 'detail', 'text', 'empty'];

const ascii = (text: string): string =>
  text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** How providers quote what they were sent. */
export function quotationsOf(prompt: string): readonly string[] {
  return [prompt, JSON.stringify(prompt), ascii(JSON.stringify(prompt))];
}

const unreadable = [MalformedResponseError, IncompleteStreamError];

/** Every way in which a reply can be wrong; `message` is what those say that say something. */
export function wrongReplies(message?: string): readonly WrongReply[] {
  const silent = (after?: number): WrongReply => ({
    fault: { kind: 'stall', after, until: new Turnstile() },
    types: [GenerationTimeoutError],
    settings: { timeouts: { headersMs: 50, firstChunkMs: 50, idleMs: 50 } },
  });
  return [
    ...statuses.map(([status, types]) => ({ fault: { kind: 'status', status, message } as const, types })),
    ...shapes.map((shape) => ({
      fault: { kind: 'status', status: 500, shape, message } as const,
      types: [ServerError],
    })),
    silent(),
    silent(0),
    silent(1),
    { fault: { kind: 'reset', beforeHeaders: true }, types: [ConnectionError] },
    { fault: { kind: 'reset', after: 1 }, types: [ConnectionError, ...unreadable] },
    { fault: { kind: 'cut', after: 1 }, types: [ConnectionError, ...unreadable] },
    { fault: { kind: 'error-event', after: 1, message }, types: [BackendError] },
    { fault: { kind: 'error-event', after: 1, message, named: true }, types: [BackendError] },
    { fault: { kind: 'malformed-json', after: 1 }, types: unreadable },
    { fault: { kind: 'data-null', after: 1 }, types: unreadable, mayBeHarmless: true },
    { fault: { kind: 'empty-choices', after: 1 }, types: unreadable, mayBeHarmless: true },
    { fault: { kind: 'empty-body' }, types: unreadable },
    { fault: { kind: 'html' }, types: unreadable },
  ];
}
