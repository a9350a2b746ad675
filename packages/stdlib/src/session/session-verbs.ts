import type { Backend, CBlock, ComponentLike, ModelOutputThunk, Part, SamplingResult } from '@melliflow/core';
import { Instruction } from '../components/instruction.js';
import { Message } from '../components/message.js';
import { toolsOf } from '../components/object-part.js';
import { Query } from '../components/query.js';
import type { ToolMessage } from '../components/tool-message.js';
import { Transform } from '../components/transform.js';
import type { ActOptions, Formatted } from './act-options.js';
import type { Answer } from './answer.js';
import { isTemplate, type TextValue, text } from './text.js';
import type { ChatOptions, InstructOptions, SamplingResults } from './verb-options.js';

/** What a plain verb resolves with: the answer, or all attempts when they were asked for. */
export type VerbResult<S, R extends boolean> = R extends true ? SamplingResult<S> : Answer<S>;

/** An answer, and what the tools gave that it calls. */
export interface AnswerWithTools<S> {
  readonly answer: Answer<S>;
  readonly results: readonly ToolMessage[];
}

/** A task in words. */
export type Description = string | Part | null;

/** What a session can act on. */
export type Action<S> = ComponentLike<S> | CBlock | string;

/**
 * The verbs of a session that ask a model for an answer, each in two forms: the plain one waits for the answer, the
 * `a`-form gives the thunk at once and generates in the background.
 */
export abstract class SessionVerbs {
  abstract readonly backend: Backend;
  /** @internal */
  abstract _start<S>(action: Action<S>, options: ActOptions): Promise<ModelOutputThunk<S>>;
  /** @internal */
  abstract _finish<S>(
    action: Action<S>,
    options: ActOptions & SamplingResults<boolean>,
  ): Promise<VerbResult<S, boolean>>;
  /** @internal The same, and what the model calls is run. */
  abstract _finishWithTools<S>(action: Action<S>, options: ActOptions): Promise<AnswerWithTools<S>>;

  /** Asks for a task in words. As a tag, its values are data: nothing in them is read as a template. */
  async instruct(strings: TemplateStringsArray, ...values: readonly TextValue[]): Promise<Answer>;
  async instruct<T, R extends boolean = false>(
    description: Description,
    options: InstructOptions & Formatted<T> & SamplingResults<R>,
  ): Promise<VerbResult<T, R>>;
  async instruct<R extends boolean = false>(
    description: Description,
    options?: InstructOptions & SamplingResults<R>,
  ): Promise<VerbResult<string, R>>;
  async instruct(
    description: Description | TemplateStringsArray,
    ...rest: readonly unknown[]
  ): Promise<VerbResult<string, boolean>> {
    const { instruction, options } = instructionOf(description, rest);
    return this._finish(instruction, options);
  }

  /** The lazy form of `instruct`. */
  async ainstruct(strings: TemplateStringsArray, ...values: readonly TextValue[]): Promise<ModelOutputThunk>;
  async ainstruct<T>(
    description: Description,
    options: InstructOptions & Formatted<T>,
  ): Promise<ModelOutputThunk<T>>;
  async ainstruct(description: Description, options?: InstructOptions): Promise<ModelOutputThunk>;
  async ainstruct(
    description: Description | TemplateStringsArray,
    ...rest: readonly unknown[]
  ): Promise<ModelOutputThunk> {
    const { instruction, options } = instructionOf(description, rest);
    return this._start(instruction, options);
  }

  /** Says something; the answer is a message of the assistant's. */
  async chat<T, R extends boolean = false>(
    content: string,
    options: ChatOptions & Formatted<T> & SamplingResults<R>,
  ): Promise<VerbResult<T, R>>;
  async chat<R extends boolean = false>(
    content: string,
    options?: ChatOptions & SamplingResults<R>,
  ): Promise<VerbResult<Message, R>>;
  async chat(
    content: string,
    { role = 'user', images, ...options }: ChatOptions & SamplingResults<boolean> = {},
  ): Promise<VerbResult<Message, boolean>> {
    return this._finish<Message>(new Message(role, content, { images }), options);
  }

  /** The lazy form of `chat`. */
  async achat<T>(content: string, options: ChatOptions & Formatted<T>): Promise<ModelOutputThunk<T>>;
  async achat(content: string, options?: ChatOptions): Promise<ModelOutputThunk<Message>>;
  async achat(
    content: string,
    { role = 'user', images, ...options }: ChatOptions = {},
  ): Promise<ModelOutputThunk<Message>> {
    return this._start<Message>(new Message(role, content, { images }), options);
  }

  /** Acts on a component of any kind; text is shown to the model as it is. */
  async act<T, R extends boolean = false>(
    action: Action<unknown>,
    options: ActOptions & Formatted<T> & SamplingResults<R>,
  ): Promise<VerbResult<T, R>>;
  async act<S = string, R extends boolean = false>(
    action: Action<S>,
    options?: ActOptions & SamplingResults<R>,
  ): Promise<VerbResult<S, R>>;
  async act<S>(
    action: Action<S>,
    options: ActOptions & SamplingResults<boolean> = {},
  ): Promise<VerbResult<S, boolean>> {
    return this._finish(action, options);
  }

  /** The lazy form of `act`. */
  async aact<T>(action: Action<unknown>, options: ActOptions & Formatted<T>): Promise<ModelOutputThunk<T>>;
  async aact<S = string>(action: Action<S>, options?: ActOptions): Promise<ModelOutputThunk<S>>;
  async aact<S>(action: Action<S>, options: ActOptions = {}): Promise<ModelOutputThunk<S>> {
    return this._start(action, options);
  }

  /** Asks a question about text, a component or an object that was made one with `mify`. */
  async query<T, R extends boolean = false>(
    obj: string | Part,
    question: string,
    options: ActOptions & Formatted<T> & SamplingResults<R>,
  ): Promise<VerbResult<T, R>>;
  async query<R extends boolean = false>(
    obj: string | Part,
    question: string,
    options?: ActOptions & SamplingResults<R>,
  ): Promise<VerbResult<string, R>>;
  async query(
    obj: string | Part,
    question: string,
    options: ActOptions & SamplingResults<boolean> = {},
  ): Promise<VerbResult<string, boolean>> {
    return this._finish<string>(new Query(obj, question), options);
  }

  /** The lazy form of `query`. */
  async aquery<T>(
    obj: string | Part,
    question: string,
    options: ActOptions & Formatted<T>,
  ): Promise<ModelOutputThunk<T>>;
  async aquery(obj: string | Part, question: string, options?: ActOptions): Promise<ModelOutputThunk>;
  async aquery(obj: string | Part, question: string, options: ActOptions = {}): Promise<ModelOutputThunk> {
    return this._start<string>(new Query(obj, question), options);
  }

  /**
   * Changes an object. `parsedRepr` is the changed version as text; where the model called methods of the object,
   * it is what the last of them gave, and what they gave becomes part of the past.
   *
   * @throws What a method throws; then the turn has failed.
   */
  async transform(
    obj: string | Part,
    transformation: string,
    options: ActOptions = {},
  ): Promise<Answer<unknown>> {
    const action = new Transform(obj, transformation);
    const { answer, results } = await this._finishWithTools<unknown>(action, withTools(action, options));
    const last = results.at(-1);
    if (last === undefined) return answer;
    // A copy: in the past stands what the model said.
    return Object.assign(answer.copy(), { parsedRepr: last.output }) as Answer<unknown>;
  }

  /**
   * The lazy form of `transform`. Methods that the model calls are left to you, in `toolCalls`: give them to
   * `callTools`, and add the results to `ctx`.
   */
  async atransform(
    obj: string | Part,
    transformation: string,
    options: ActOptions = {},
  ): Promise<ModelOutputThunk> {
    const action = new Transform(obj, transformation);
    return this._start<string>(action, withTools(action, options));
  }
}

/** An object that brings methods lets the model call them. */
function withTools({ obj }: Transform, options: ActOptions): ActOptions {
  return { ...options, toolCalls: options.toolCalls ?? toolsOf(obj) !== undefined };
}

function instructionOf(
  description: Description | TemplateStringsArray,
  rest: readonly unknown[],
): { instruction: Instruction; options: ActOptions & SamplingResults<boolean> } {
  if (isTemplate(description)) {
    return { instruction: new Instruction(text(description, ...(rest as TextValue[]))), options: {} };
  }
  const given = (rest[0] ?? {}) as InstructOptions & SamplingResults<boolean>;
  const { requirements, examples, groundingContext, userVariables, prefix, images, ...options } = given;
  const init = { requirements, examples, groundingContext, userVariables, prefix, images };
  return { instruction: new Instruction(description, init), options };
}
