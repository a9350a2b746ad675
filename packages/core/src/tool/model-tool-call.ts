import type { AbstractTool } from './abstract-tool.js';

/** What a tool call is made of. */
export interface ModelToolCallInit {
  /** The provider's name for the call, by which the answer refers to it. */
  id?: string | null | undefined;
  name: string;
  /** The tool; null when the model named one that it was not offered. */
  func: AbstractTool<never> | null;
  args: Record<string, unknown>;
}

/** A call that the model wants made; nothing runs before `callFunc()`. */
export class ModelToolCall {
  readonly id: string | null;
  readonly name: string;
  readonly func: AbstractTool | null;
  readonly args: Record<string, unknown>;

  constructor(init: ModelToolCallInit) {
    this.id = init.id ?? null;
    this.name = init.name;
    this.func = init.func;
    this.args = init.args;
  }

  /** Runs the tool. Rejects with a TypeError when the model named a tool that was not offered. */
  async callFunc(): Promise<unknown> {
    if (this.func === null)
      throw new TypeError(`The model called the tool "${this.name}", which was not offered.`);
    return this.func.run(this.args);
  }

  /** What `JSON.stringify` shows. */
  toJSON(): Record<string, unknown> {
    return { id: this.id, name: this.name, args: this.args };
  }
}
