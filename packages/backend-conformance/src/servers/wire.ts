import type { ErrorEventFault, Fault, StatusFault } from './fault.js';
import type { Framing } from './framing.js';
import type { ScriptedReply } from './scripted-reply.js';
import type { WireRequest } from './wire-request.js';

/** One event of a reply: what stands on the wire, and whether it brings content. */
export interface WireEvent {
  readonly data: string;
  /** Text, reasoning or a part of a tool call. */
  readonly content?: boolean | undefined;
}

/** What a wire makes of a reply, before faults. */
export interface WireAnswer {
  readonly framing: Framing;
  readonly events: readonly WireEvent[];
  /** Default 200. */
  readonly status?: number | undefined;
  /** Faults of an answer that has no script. */
  readonly faults?: readonly Fault[] | undefined;
}

/** How one provider's API speaks. */
export interface Wire {
  readonly name: string;
  /** What clients take as the base of their paths, after the server's origin. */
  readonly basePath: string;
  /** The answer to a request, or the error that it deserves. */
  answer(request: WireRequest, reply: ScriptedReply): WireAnswer | StatusFault;
  /** An answer that needs no script, such as a list of models; undefined when it needs one. */
  unscripted?(request: WireRequest): WireAnswer | StatusFault | undefined;
  /** The prompts of a raw call, or the conversation of a chat as one text. */
  prompts(request: WireRequest): readonly string[];
  /** The body of an error status. */
  errorBody(fault: StatusFault): unknown;
  /** The error inside of a stream, without its framing. */
  errorEvent(fault: ErrorEventFault): string;
  /** An event with an empty list of choices. */
  readonly emptyEvent: string;
}
