import { Environment, Interpreter, type RuntimeValue, type Statement } from './jinja.js';

/** Showing a name that nobody gave is an error; asking about it (`if`, `is defined`, `default`) is not. */
export class StrictInterpreter extends Interpreter {
  /** @internal */
  readonly _shown: ReadonlySet<Statement>;

  constructor(environment: Environment, shown: ReadonlySet<Statement>) {
    super(environment);
    this._shown = shown;
  }

  override evaluate(statement: Statement | undefined, environment: Environment): RuntimeValue {
    const value = super.evaluate(statement, environment);
    if (value.type === 'UndefinedValue' && statement !== undefined && this._shown.has(statement)) {
      throw new ReferenceError(`it shows {{ ${nameOf(statement)} }}, which was not given`);
    }
    return value;
  }
}

/** The names that a program shows as they are, such as `{{ name }}` and `{{ user.name }}`. */
export function shownNames(program: Statement): ReadonlySet<Statement> {
  const shown = new Set<Statement>();
  const visit = (block: readonly Statement[] = []): void => {
    for (const statement of block) {
      if (statement.type === 'Identifier' || statement.type === 'MemberExpression') shown.add(statement);
      visit(statement.body);
      visit(statement.alternate);
      visit(statement.defaultBlock);
    }
  };
  visit(program.body);
  return shown;
}

/** What every template may use. Variables lie in an inner scope, so that they may have the same names. */
export const globalScope: Environment = new Environment();
for (const [name, value] of Object.entries({
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range,
  raise_exception: (message: string): never => {
    throw new Error(message);
  },
})) {
  globalScope.set(name, value);
}

/** Jinja's `range(stop)` and `range(start, stop, step)`. */
function range(first: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, first] : [first, stop];
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
}

function nameOf(statement: Statement | undefined): string {
  if (statement?.object === undefined) return String(statement?.value);
  return `${nameOf(statement.object)}.${nameOf(statement.property)}`;
}
