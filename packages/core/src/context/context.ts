import type { Part } from '../content/component.js';
import { isCBlock, isComponent, isModelOutputThunk } from '../content/part.js';
import { describe } from '../internal/describe.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';

/** One input and its output; either may be missing. */
export interface ContextTurn {
  modelInput: Part | null;
  output: ModelOutputThunk | null;
}

/**
 * The past of a program: an immutable list that shares its tail, so that `add` costs the same at any length.
 * Subclasses say what of it a model sees. A subclass keeps its settings in plain own fields (not in `#private`
 * ones): `add` copies those to the new node.
 */
export abstract class Context {
  /** Whether a model is shown the conversation. */
  readonly isChatContext: boolean = true;
  /** @internal */
  _previous: Context | null = null;
  /** @internal */
  _data: Part | null = null;

  /** What a model sees, oldest first; null when nothing can be generated from this state (contract 3.1). */
  abstract viewForGeneration(): Part[] | null;

  get isRootNode(): boolean {
    return this._previous === null;
  }

  get previousNode(): Context | null {
    return this._previous;
  }

  get nodeData(): Part | null {
    return this._data;
  }

  /**
   * A new context of the same class and settings with `c` as its last entry.
   *
   * @throws TypeError when `c` is neither a block nor a component.
   */
  add(c: Part): this {
    if (!isCBlock(c) && !isComponent(c)) {
      throw new TypeError(`A context holds blocks and components, got ${describe(c)}.`);
    }
    return node(this, this, c);
  }

  /** An empty context of the same class and settings. */
  resetToNew(): this {
    return node(this, null, null);
  }

  /** A node of this class after `previous`, with the settings of `previous`. */
  static fromPrevious(previous: Context, data: Part): Context {
    // biome-ignore lint/complexity/noThisInStatic: the class that it is called on is the class of the node.
    return node(previous, previous, data, prototypeFor(this, previous));
  }

  /** The entries, oldest first; with `lastN` at most the newest so many. */
  asList(lastN: number = Infinity): Part[] {
    const list: Part[] = [];
    for (let at: Context = this; at._previous !== null && list.length < lastN; at = at._previous) {
      list.push(at._data as Part);
    }
    return list.reverse();
  }

  /** The entries whose tools may be called, or null when that cannot be said. Default: what a model sees. */
  actionsForAvailableTools(): Part[] | null {
    return this.viewForGeneration();
  }

  /** The newest output among the last entries. */
  lastOutput(lastN = 3): ModelOutputThunk | null {
    const output = this.asList(lastN).findLast((entry) => isModelOutputThunk(entry));
    return (output as ModelOutputThunk | undefined) ?? null;
  }

  /** The newest input and its output; null when empty. */
  lastTurn(): ContextTurn | null {
    const last = this._data;
    if (last === null) return null;
    if (!isModelOutputThunk(last)) return { modelInput: last, output: null };
    return { modelInput: this._previous?._data ?? null, output: last as ModelOutputThunk };
  }

  /** What `JSON.stringify` shows: the entries. */
  toJSON(): unknown {
    return this.asList();
  }
}

/** The base class itself has no view: then the node is of the class of `previous`. */
function prototypeFor(type: { prototype: Context }, previous: Context): object {
  return type === Context ? Object.getPrototypeOf(previous) : type.prototype;
}

function node<C extends Context>(
  like: C,
  previous: Context | null,
  data: Part | null,
  prototype: object = Object.getPrototypeOf(like),
): C {
  return Object.assign(Object.create(prototype), like, { _previous: previous, _data: data });
}
