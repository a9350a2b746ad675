import { type ErrorInit, PartialValidationResult, ValidationResult } from '@melliflow/core';
import { EventStreamError } from './event-stream-error.js';
import type { ErrorEvent, StreamEvent } from './stream-events.js';

/** What the other side is told beside what passed. */
export interface WireRule {
  /** Whether it is told why something failed. */
  readonly reasons: boolean;
  /** What it is told of an error. */
  readonly errorDetail: (event: ErrorEvent) => string;
}

/** An event as JSON, without what only the server may know. */
export function toWire(event: StreamEvent, { reasons, errorDetail }: WireRule): string {
  switch (event.type) {
    case 'error': {
      const exceptionType = /^\w{1,64}$/.test(event.exceptionType) ? event.exceptionType : 'Error';
      return JSON.stringify({ ...event, exceptionType, detail: errorDetail(event) });
    }
    case 'retry':
      return JSON.stringify(reasons ? event : { ...event, reason: '' });
    case 'quick_check':
    case 'full_validation': {
      const results = event.results.map((verdict) => ({ ...verdict.toJSON(), reason: null }));
      return JSON.stringify(reasons ? event : { ...event, results });
    }
    default:
      return JSON.stringify(event);
  }
}

/** A verdict as it was sent. */
interface WireVerdict {
  readonly success: 'pass' | 'fail' | 'unknown';
  readonly result: boolean;
  readonly reason: string | null;
  readonly score: number | null;
}

/**
 * The event that was sent, its verdicts as objects of their classes.
 *
 * @throws EventStreamError (`event_stream`) when it is none.
 */
export function fromWire(data: string): StreamEvent {
  const event = parsed(data) as StreamEvent | null;
  if (typeof event !== 'object' || typeof event?.type !== 'string') throw noEvent();
  if (event.type !== 'quick_check' && event.type !== 'full_validation') return event;
  try {
    const sent = event.results as unknown as readonly WireVerdict[];
    const results =
      event.type === 'quick_check'
        ? sent.map((verdict) => new PartialValidationResult(verdict.success, verdict))
        : sent.map((verdict) => new ValidationResult(verdict.result, verdict));
    return { ...event, results } as StreamEvent;
  } catch (cause) {
    throw noEvent({ cause });
  }
}

function noEvent(init?: ErrorInit): EventStreamError {
  return new EventStreamError(
    "The stream has something else than events: ask the server for mode 'events'.",
    init,
  );
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null; // The parser's message would quote the text.
  }
}
