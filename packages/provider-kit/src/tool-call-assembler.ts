/** A piece of a tool call, as the wires of OpenAI's kind send it. */
export interface ToolCallFragment {
  /** Which call it belongs to; absent on servers that send calls one after the other. */
  index?: number | null | undefined;
  /** Given with a call's first fragment. */
  id?: string | null | undefined;
  name?: string | null | undefined;
  /** A piece of the arguments' JSON. */
  arguments?: string | null | undefined;
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
    const call = this.callOf(fragment);
    call.id ??= fragment.id || undefined;
    call.name ||= fragment.name ?? '';
    if (fragment.arguments) call.json.push(fragment.arguments);
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
  callOf({ index, id, name }: ToolCallFragment): OpenCall {
    const last = this.calls.at(-1);
    const known =
      index == null ? (id ? undefined : last) : this.calls.findLast((call) => call.index === index);
    // Some servers give every call the index 0; a new name and id tell them apart.
    const isAnother = known?.id !== undefined && id && name && id !== known.id;
    if (known && !isAnother) return known;
    const at = index ?? (last?.index ?? -1) + 1;
    if (!Number.isInteger(at) || at < 0 || at >= MAX_CALLS || this.calls.length >= MAX_CALLS) {
      throw new RangeError(`A tool call has the index ${String(at).slice(0, 20)}.`);
    }
    const call: OpenCall = { index: at, id: undefined, name: '', json: [] };
    this.calls.push(call);
    return call;
  }
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
