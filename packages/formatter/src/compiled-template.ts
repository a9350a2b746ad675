import { Environment, parseTemplate, type Statement } from './jinja.js';
import type { PrintedArgs } from './printed-arg.js';
import { globalScope, StrictInterpreter, shownNames } from './strict-interpreter.js';
import { TemplateError } from './template-error.js';

/** A template that was read once and can be rendered often. */
export class CompiledTemplate {
  /** @internal */
  readonly _program: Statement;
  /** @internal */
  readonly _shown: ReadonlySet<Statement>;

  /** @throws TemplateError (`template`) when the text is not a Jinja template; it says `name`. */
  constructor(text: string, name: string) {
    this._program = parsed(text, name);
    this._shown = shownNames(this._program);
  }

  /** @throws TemplateError (`template`) when the template shows a name that was not given, or cannot be evaluated. */
  render(variables: PrintedArgs, name: string): string {
    const environment = new Environment(globalScope);
    for (const [key, value] of Object.entries(variables)) environment.set(key, value);
    try {
      return String(new StrictInterpreter(environment, this._shown).run(this._program).value);
    } catch (cause) {
      const why = `${reason(cause)} (given: ${Object.keys(variables).join(', ') || 'nothing'})`;
      throw failure(`The template '${name}' cannot be rendered`, why, name, cause);
    }
  }
}

function parsed(text: string, name: string): Statement {
  try {
    return parseTemplate(text);
  } catch (cause) {
    // The engine runs past the end of its input and reads from undefined.
    const why = cause instanceof TypeError ? 'it ends before a block or a bracket is closed' : reason(cause);
    throw failure(`The template '${name}' is not a Jinja template`, why, name, cause);
  }
}

function failure(what: string, why: string, templateName: string, cause: unknown): TemplateError {
  return new TemplateError(`${what}: ${why}.`, { templateName, cause });
}

function reason(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
}
