import type {
  Backend,
  GenerateOptions,
  JsonSchema,
  OutputFormat,
  Requirement,
  SamplingStrategy,
  StandardSchemaV1,
} from '@melliflow/core';
import { ModelOutputThunk } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { listOf } from '../components/list-of.js';
import { reqify } from '../requirements/reqify.js';
import { getSession } from '../session/current-session.js';
import { Session } from '../session/session.js';
import { checkedArguments } from './checked-arguments.js';
import { GenerativeCall } from './generative-call.js';
import { PreconditionError } from './precondition-error.js';

/** A function whose body is a model. */
export interface GenerativeInit<I, O> {
  /** Its name, as the model and errors see it. */
  name: string;
  /** What it does, in words for the model. */
  description: string;
  /** The schema of its arguments. */
  input: StandardSchemaV1<I, unknown> | JsonSchema;
  /** The schema of its result. */
  output: OutputFormat<O>;
  /** Checked on the arguments, as JSON, before the model is asked. */
  preconditions?: readonly (Requirement | string)[] | undefined;
  /** Shown, and checked on the result, as JSON; a strategy tries again where they are not met. */
  postconditions?: readonly (Requirement | string)[] | undefined;
  /** Where it runs when a call names no session. Default: the session whose `run` it is called in. */
  session?: Session | undefined;
  /** Who answers when a call names no session; each call stands alone then. */
  backend?: Backend | undefined;
  /** Default: with postconditions `RejectionSamplingStrategy({ loopBudget: 2 })`, else none. */
  strategy?: SamplingStrategy | null | undefined;
}

/** How one call is made. */
export type GenerativeCallOptions = Pick<GenerateOptions, 'modelOptions' | 'signal'>;

/**
 * Asks the model, in the session that is given, or in its own.
 *
 * @throws TypeError for arguments that do not fit the schema; it names the one that is wrong.
 * @throws PreconditionError (`precondition`) before any request for an answer, when the arguments are not fit for it.
 * @throws ComponentParseError (`component_parse`) when the result does not fit the schema, also after other attempts.
 */
export interface GenerativeFunction<I, O> {
  (session: Session, args: I, options?: GenerativeCallOptions): Promise<O>;
  (args: I, options?: GenerativeCallOptions): Promise<O>;
}

/**
 * Makes a function whose body is a model: arguments and result have the types of their schemas, and are validated.
 *
 * @throws TypeError when a part of the definition is missing.
 *
 * @example
 * const sentiment = generative({
 *   name: 'sentiment',
 *   description: 'Tells the mood of a text.',
 *   input: z.object({ text: z.string() }),
 *   output: z.enum(['good', 'bad']),
 * });
 * const mood = await sentiment(session, { text: 'What a day!' });
 */
export function generative<I = Record<string, unknown>, O = unknown>(
  init: GenerativeInit<I, O>,
): GenerativeFunction<I, O> {
  const definition = checked(init);
  const call = async (...given: readonly unknown[]): Promise<O> => {
    const [session, args, options = {}] = (isSession(given[0]) ? given : [null, ...given]) as [
      Session | null,
      I,
      GenerativeCallOptions | undefined,
    ];
    const values = await checkedArguments(init.name, init.input, args);
    const where =
      session ?? init.session ?? (init.backend ? new Session({ backend: init.backend }) : getSession());
    const action = new GenerativeCall<O>(definition, values);
    await checkPreconditions(definition, action, where, options);
    const { strategy } = init;
    const answer = await where.act<O>(action, { ...options, format: init.output, strategy });
    return answer.parsedRepr;
  };
  return Object.defineProperty(call as GenerativeFunction<I, O>, 'name', { value: init.name });
}

/** A definition with its conditions as requirements. */
export interface Definition {
  readonly name: string;
  readonly description: string;
  readonly preconditions: readonly Requirement[];
  readonly postconditions: readonly Requirement[];
}

async function checkPreconditions(
  { name, preconditions }: Definition,
  action: GenerativeCall<unknown>,
  session: Session,
  options: GenerativeCallOptions,
): Promise<void> {
  if (preconditions.length === 0) return;
  const output = ModelOutputThunk.computed(action.argumentsText, { parsedRepr: action.values });
  const verdicts = await session.validate(preconditions, { ...options, output });
  const failed = verdicts.findIndex((verdict) => !verdict.asBool());
  if (failed < 0) return;
  const [requirement, validation] = [preconditions[failed], verdicts[failed]];
  if (requirement && validation) throw new PreconditionError(name, requirement, validation);
}

function checked(init: GenerativeInit<unknown, unknown>): Definition {
  const { name, description, input, output } = init;
  for (const [field, value] of Object.entries({ name, description })) {
    if (typeof value === 'string' && value !== '') continue;
    throw new TypeError(`generative: ${field} must be text, got ${describe(value)}.`);
  }
  for (const [field, value] of Object.entries({ input, output })) {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') continue;
    throw new TypeError(`generative: the ${field} of ${name} must be a schema, got ${describe(value)}.`);
  }
  const [preconditions, postconditions] = (['preconditions', 'postconditions'] as const).map((field) =>
    listOf(init[field], `generative: ${field}`).map(reqify),
  );
  return { name, description, preconditions: preconditions ?? [], postconditions: postconditions ?? [] };
}

/** By its shape, so that a session of another copy of this package is one too. */
function isSession(x: unknown): x is Session {
  const { act, validate, backend } = (x ?? {}) as Partial<Session>;
  return typeof act === 'function' && typeof validate === 'function' && typeof backend === 'object';
}
