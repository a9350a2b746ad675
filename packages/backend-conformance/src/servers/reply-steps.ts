import { type Fault, faultOf } from './fault.js';
import type { Turnstile } from './turnstile.js';
import type { Wire, WireAnswer } from './wire.js';

/** What a server does for a reply, one after the other. */
export type Step =
  | { readonly do: 'head' }
  | { readonly do: 'write'; readonly text: string; readonly content?: boolean | undefined }
  | {
      readonly do: 'wait';
      readonly until: Turnstile;
      readonly keepAlive?: Turnstile | undefined;
      readonly comment: string;
    }
  | { readonly do: 'reset' }
  | { readonly do: 'hold' };

interface Making {
  readonly answer: WireAnswer;
  readonly wire: Wire;
}

type Bend<F> = (steps: Step[], fault: F, making: Making) => Step[];

/** The steps of an answer, bent by every fault in turn. */
export function replySteps(making: Making, faults: readonly Fault[]): Step[] {
  const { framing, events } = making.answer;
  const writes = events.flatMap(({ data, content }) =>
    framing.whole ? halves(data) : [write(framing.frame(data), content)],
  );
  const straight: Step[] = [{ do: 'head' }, ...writes];
  return faults.reduce((steps, fault) => (bends[fault.kind] as Bend<Fault>)(steps, fault, making), straight);
}

/** A document goes in two parts, so that `after: 1` is in its middle. */
function halves(text: string): Step[] {
  const half = Math.floor(text.length / 2);
  const middle = /[\uDC00-\uDFFF]/.test(text.charAt(half)) ? half + 1 : half;
  return [write(text.slice(0, middle), true), write(text.slice(middle))];
}

const write = (text: string, content = false): Step => ({ do: 'write', text, content });
const asIs: Bend<unknown> = (steps) => steps;

const bends: { readonly [K in Fault['kind']]: Bend<Extract<Fault, { kind: K }>> } = {
  status: asIs,
  'split-utf8': asIs,
  'tool-fragments': asIs,
  'truncated-tool-arguments': asIs,
  'off-format': asIs,
  'unknown-tool': asIs,
  crlf: (steps, _, { answer }) =>
    answer.framing.whole
      ? steps
      : mapWrites(steps, (text, content) => [write(text.replaceAll('\n', '\r\n'), content)]),
  comments: (steps, _, { answer: { framing } }) =>
    framing.whole
      ? steps.toSpliced(1, 0, write(framing.comment)) // Between the halves it would stand in a text.
      : mapWrites(steps, (text, content) => [write(framing.comment), write(text, content)]),
  drip: (steps, { turnstile }, { answer }) =>
    mapWrites(steps, (text, content) => [
      { do: 'wait', until: turnstile, comment: answer.framing.comment },
      write(text, content),
    ]),
  stall: (steps, { after, until, keepAlive }, { answer }) => {
    const at = after === undefined ? 0 : after === 0 ? 1 : place(steps, after);
    return steps.toSpliced(at, 0, { do: 'wait', until, keepAlive, comment: answer.framing.comment });
  },
  cut: (steps, { after }) => steps.slice(0, place(steps, after)),
  reset: (steps, { after, beforeHeaders }) => [
    ...steps.slice(0, beforeHeaders ? 0 : place(steps, after)),
    { do: 'reset' },
  ],
  'error-event': (steps, fault, { answer, wire }) => {
    const text = answer.framing.frame(wire.errorEvent(fault), fault.named ? 'error' : undefined);
    return answer.framing.whole
      ? [{ do: 'head' }, write(text)]
      : [...steps.slice(0, place(steps, fault.after)), write(text)];
  },
  'data-null': (steps, { after }, making) => inserted(steps, after, 'null', making),
  'malformed-json': (steps, { after }, making) => inserted(steps, after, '{"choices": [{"del', making),
  'empty-choices': (steps, { after }, making) => inserted(steps, after, making.wire.emptyEvent, making),
  'empty-body': () => [{ do: 'head' }],
  html: () => [{ do: 'head' }, write('<!doctype html><title>502</title><h1>Bad gateway</h1>')],
  'left-open': (steps) => [...steps, { do: 'hold' }],
};

/** One more event among the others; instead of a document. */
function inserted(steps: Step[], after: number | undefined, data: string, { answer }: Making): Step[] {
  const event = write(answer.framing.frame(data));
  return answer.framing.whole ? [{ do: 'head' }, event] : steps.toSpliced(place(steps, after), 0, event);
}

/** Where so many pieces of content are past; without a number, right after the last of them. */
function place(steps: readonly Step[], after: number | undefined): number {
  const pieces = steps.flatMap((step, i) => (step.do === 'write' && step.content ? [i] : []));
  if (pieces.length === 0) return Math.min(1, steps.length);
  if (after === 0) return pieces[0] as number;
  return (pieces[Math.min(after ?? pieces.length, pieces.length) - 1] as number) + 1;
}

function mapWrites(steps: readonly Step[], map: (text: string, content?: boolean) => Step[]): Step[] {
  return steps.flatMap((step) => (step.do === 'write' ? map(step.text, step.content) : [step]));
}

/** Whether the bytes are to go one by one. */
export function byteByByte(faults: readonly Fault[]): boolean {
  return faultOf(faults, 'split-utf8') !== undefined;
}
