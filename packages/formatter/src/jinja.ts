import {
  Environment as EngineEnvironment,
  Interpreter as EngineInterpreter,
  parse,
  tokenize,
} from '@huggingface/jinja';

/*
 * The slice of the template engine that is used here, and the only file that imports it. The engine's own
 * declarations import without extensions, which does not resolve in an ES module: hence the types below, and
 * `skipLibCheck` in this package's tsconfig. They stay inside: no public declaration leads here.
 */

/** A piece of a template; each kind has some of these members. */
export interface Statement {
  readonly type: string;
  readonly body?: readonly Statement[] | undefined;
  readonly alternate?: readonly Statement[] | undefined;
  readonly defaultBlock?: readonly Statement[] | undefined;
  readonly value?: unknown;
  readonly object?: Statement | undefined;
  readonly property?: Statement | undefined;
}

/** What a statement gives. */
export interface RuntimeValue {
  readonly type: string;
  readonly value: unknown;
}

/** A scope of variables. */
export interface Environment {
  set(name: string, value: unknown): RuntimeValue;
}

/** Evaluates statements. */
export interface Interpreter {
  run(program: Statement): RuntimeValue;
  evaluate(statement: Statement | undefined, environment: Environment): RuntimeValue;
}

export const Environment: new (parent?: Environment) => Environment = EngineEnvironment;
export const Interpreter: new (environment: Environment) => Interpreter = EngineInterpreter;

/** Reads a template as the engine's own class does, which would bring its printer of templates into every bundle. */
export function parseTemplate(text: string): Statement {
  return parse(tokenize(text, { lstrip_blocks: true, trim_blocks: true }));
}
