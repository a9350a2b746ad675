import type { TemplateRepresentation } from '@melliflow/core';
import { ChatFormatter } from './chat-formatter.js';
import { CompiledTemplate } from './compiled-template.js';
import type { PrintedArgs } from './printed-arg.js';
import { TemplateError } from './template-error.js';
import type { Templates } from './templates.js';
import { templatesFor } from './templates-for.js';

/** Which templates a `TemplateFormatter` uses. */
export interface TemplateFormatterInit {
  /** The model that the prompts are for; it chooses among the variants of the templates. */
  modelId?: string | undefined;
  /** Templates by name; they win over the templates that components bring along. */
  templates?: Templates | undefined;
}

/** How many templates of components are kept compiled; they are few, unless a component writes a new one each time. */
const keptTemplates = 256;

/**
 * Renders representations by Jinja templates. Each name of the representation's `templateOrder` (`'*'` is its `name`)
 * is looked for among the registered templates; else the representation's own template is used. Values are data:
 * template marks in them are shown, never evaluated.
 *
 * @example
 * const formatter = new TemplateFormatter({ templates: { Joke: 'Tell a joke about {{ topic }}.' } });
 */
export class TemplateFormatter extends ChatFormatter {
  readonly modelId: string | null;
  /** @internal */
  readonly _registered: ReadonlyMap<string, CompiledTemplate>;
  /** @internal */
  readonly _brought = new Map<string, CompiledTemplate>();

  /**
   * @throws TemplateError (`template`) when a registered template is no Jinja template.
   * @throws TypeError when a registered template is not text.
   */
  constructor(init: TemplateFormatterInit = {}) {
    super();
    this.modelId = init.modelId ?? null;
    this._registered = templatesFor(this.modelId, init.templates ?? {});
  }

  /** @throws TemplateError (`template`) when there is no template, or it cannot be rendered. */
  override _render(representation: TemplateRepresentation, args: PrintedArgs): string {
    const names = lookedFor(representation);
    for (const name of names) {
      const registered = this._registered.get(name);
      if (registered) return registered.render(args, name);
    }
    const { template, name = 'a component' } = representation;
    if (template === undefined) throw this._missing(name, names);
    return this._compiled(template, name).render(args, name);
  }

  /** @internal */
  _compiled(template: string, name: string): CompiledTemplate {
    const known = this._brought.get(template);
    if (known) return known;
    const compiled = new CompiledTemplate(template, name);
    const [oldest] = this._brought.keys();
    if (oldest !== undefined && this._brought.size >= keptTemplates) this._brought.delete(oldest);
    this._brought.set(template, compiled);
    return compiled;
  }

  /** @internal */
  _missing(component: string, names: readonly string[]): TemplateError {
    const model = this.modelId === null ? '' : ` for model '${this.modelId}'`;
    const [templateName = component] = names;
    return new TemplateError(
      `There is no template for ${component}: looked for ${quoted(names)}; registered${model}: ` +
        `${quoted([...this._registered.keys()])}. Register one, as in new TemplateFormatter({ templates: ` +
        `{ ${templateName}: '…' } }), or let the component bring its own as \`template\`.`,
      { templateName },
    );
  }
}

/** The names in the order in which they are tried (contract 1.5). */
function lookedFor({ name, templateOrder = ['*'] }: TemplateRepresentation): string[] {
  return templateOrder.flatMap((wanted) => (wanted === '*' ? (name ?? []) : wanted));
}

function quoted(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `'${name}'`).join(', ');
}
