import { CompiledTemplate } from './compiled-template.js';
import type { PrintedArgs } from './printed-arg.js';

/**
 * Renders a Jinja template. The variables are data: template marks in them are shown, never evaluated. Blocks are
 * trimmed as in chat templates (`trim_blocks`, `lstrip_blocks`), variables never.
 *
 * @param name What errors call the template.
 * @throws TemplateError (`template`) when it is no Jinja template, or shows a name that is not among the variables.
 * @example
 * renderTemplate('Write to {{ name }}.', { name: 'Ann' }); // 'Write to Ann.'
 */
export function renderTemplate(template: string, variables: PrintedArgs, name = 'template'): string {
  return new CompiledTemplate(template, name).render(variables, name);
}
