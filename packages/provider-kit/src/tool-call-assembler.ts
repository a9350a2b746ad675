/** A piece of a tool call, as the wires of OpenAI's kind send it. */
export interface ToolCallFragment {
  /** Which call it belongs to; absent on servers that send calls one after the other. */
  index?: number | null | undefined;
  /** Given with a call's first fragment. */
  id?: string | null | undefined;
  name?: string | null | undefined;
  /** A piece of the arguments' JSON; some servers give all of them as an object. */
  arguments?: string | object | null | undefined;
}

/** A tool call whose arguments have come whole. */
export interface AssembledToolCall {
  readonly id: string | undefined;
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** What came of the fragments. */
export interface AssembledToolCalls {
  /** Those that can be called, in the order of their indices. */
  readonly complete: readonly AssembledToolCall[];
  /** The names of those that cannot: no name, or arguments that are no JSON object. */
  readonly broken: readonly string[];
}

interface OpenCall {
  index: number;
  id: string | undefined;
  name: string;
  json: string[];
  /** Its first piece was a whole call. */
  isWhole: boolean;
}

/** No answer calls more tools at once; a higher index is a fault of the server. */
const MAX_CALLS = 1024;

/** Puts tool calls together that come in fragments. A call is complete only when its arguments are strict JSON. */
export class ToolCallAssembler {
  readonly calls: OpenCall[] = [];

  get isEmpty(): boolean {
    return this.calls.length === 0;
  }

  /** @throws RangeError when the index is none, or there are more calls than any answer has. */
  add(fragment: ToolCallFragment): void {
    const { id, name } = fragment;
    const json = textOf(fragment.arguments);
    const isWhole = Boolean(name) && isObjectText(json);
    const call = this.callOf(fragment, isWhole);
    if (call.json.length === 0) call.isWhole = isWhole;
    call.id ??= id || undefined;
    call.name ||= name ?? '';
    if (json) call.json.push(json);
  }

  /**
   * What can be called of all that came.
   *
   * @param isWhole Whether the answer is: if it was cut, a call without arguments may have lost them and is broken.
   */
  finish(isWhole = true): AssembledToolCalls {
    const complete: AssembledToolCall[] = [];
    const broken: string[] = [];
    for (const { id, name, json } of [...this.calls].sort((a, b) => a.index - b.index)) {
      const text = json.join('');
      const args = isWhole || text.trim() !== '' ? parseArguments(text) : null;
      if (args && name !== '') complete.push({ id, name, args });
      else broken.push(name);
    }
    return { complete, broken };
  }

  /** @internal */
  callOf({ index, id, name }: ToolCallFragment, isWhole: boolean): OpenCall {
    const last = this.calls.at(-1);
    const known =
      index == null
        ? id
          ? this.calls.findLast((call) => call.id === id)
          : last
        : this.calls.findLast((call) => call.index === index);
    if (known && !isAnother(known, { id, name }, isWhole)) return known;
    const at = index ?? (last?.index ?? -1) + 1;
    if (!Number.isInteger(at) || at < 0 || at >= MAX_CALLS || this.calls.length >= MAX_CALLS) {
      throw new RangeError(`A tool call has the index ${String(at).slice(0, 20)}.`);
    }
    const call: OpenCall = { index: at, id: undefined, name: '', json: [], isWhole: false };
    this.calls.push(call);
    return call;
  }
}

/** Some servers give every call the index 0, or none: what comes with a name may be another call. */
function isAnother(known: OpenCall, { id, name }: ToolCallFragment, isWhole: boolean): boolean {
  if (!name || known.name === '') return false;
  if (id && known.id !== undefined) return id !== known.id;
  return name !== known.name || (isWhole && known.isWhole);
}

function textOf(given: ToolCallFragment['arguments']): string {
  return typeof given === 'object' && given !== null ? JSON.stringify(given) : (given ?? '');
}

/** Whether the text is an object by itself; only what looks like one is tried. */
function isObjectText(text: string): boolean {
  return text.trim().endsWith('}') && parseArguments(text) !== null;
}

/** Arguments as an object; null when they are anything else. No arguments at all are an empty object. */
export function parseArguments(json: string): Record<string, unknown> | null {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
