/** A template for some models. */
export interface TemplateVariant {
  /**
   * Which models. A string is the whole model id, or its beginning up to a `:` or `/`: `'llama3'` fits `llama3` and
   * `llama3:8b`, not `llama3.1`. A pattern is searched in the id.
   */
  model: string | RegExp;
  template: string;
}

/** A Jinja template, or one per model: the first variant that fits, else the default. */
export type TemplateSource =
  | string
  | { default?: string | undefined; variants?: readonly TemplateVariant[] | undefined };

/** Templates by the name under which components look for them. Plain data, so bundlers keep it. */
export type Templates = Readonly<Record<string, TemplateSource>>;
