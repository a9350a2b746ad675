import { describe } from '@melliflow/core/implement';
import { CompiledTemplate } from './compiled-template.js';
import type { TemplateSource, Templates } from './templates.js';

/** The templates that serve a model, read once. @throws TemplateError, TypeError: both say which template. */
export function templatesFor(modelId: string | null, templates: Templates): Map<string, CompiledTemplate> {
  const chosen = new Map<string, CompiledTemplate>();
  for (const [name, source] of Object.entries(templates)) {
    const text = choose(modelId, checked(source, name));
    if (text !== undefined) chosen.set(name, new CompiledTemplate(text, name));
  }
  return chosen;
}

function choose(modelId: string | null, source: TemplateSource): string | undefined {
  if (typeof source === 'string') return source;
  const variant = source.variants?.find(({ model }) => modelId !== null && fits(model, modelId));
  return variant?.template ?? source.default;
}

function fits(model: string | RegExp, modelId: string): boolean {
  if (typeof model !== 'string') return modelId.search(model) >= 0;
  return modelId === model || modelId.startsWith(`${model}:`) || modelId.startsWith(`${model}/`);
}

function checked(source: TemplateSource, name: string): TemplateSource {
  if (typeof source === 'string') return source;
  const texts = [source?.default ?? '', ...(source?.variants ?? []).map(({ template }) => template)];
  if (typeof source === 'object' && source !== null && texts.every((text) => typeof text === 'string'))
    return source;
  throw new TypeError(
    `The template '${name}' must be text or { default, variants: [{ model, template }] } with texts, got ${describe(source)}.`,
  );
}
