export { ChatFormatter } from './chat-formatter.js';
export type { PrintedArg, PrintedArgs } from './printed-arg.js';
export { renderTemplate } from './render-template.js';
export { TemplateError } from './template-error.js';
export { TemplateFormatter, type TemplateFormatterInit } from './template-formatter.js';
export type { TemplateSource, Templates, TemplateVariant } from './templates.js';
