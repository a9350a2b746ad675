import type { AbstractTool } from '../tool/abstract-tool.js';
import type { Part } from './component.js';
import type { ImageBlock } from './image-block.js';

/** A value that a template may show. Text is data: template marks in it are never evaluated. */
export type TemplateArg =
  | string
  | number
  | boolean
  | null
  | undefined
  | Part
  | TemplateRepresentation
  | readonly TemplateArg[]
  | { readonly [key: string]: TemplateArg };

/** What a component gives a formatter to render. */
export interface TemplateRepresentation {
  /** The component itself. */
  obj: unknown;
  /** What the template shows, by name. */
  args: Record<string, TemplateArg>;
  /** The name under which templates are looked up; `'*'` in `templateOrder` stands for it (contract 1.5). */
  name?: string | undefined;
  /** The tools that the model may call, by name. */
  tools?: Record<string, AbstractTool> | undefined;
  /** Values for templates that go by position. */
  fields?: unknown[] | undefined;
  /** The component's own Jinja template, used when no registered one fits. */
  template?: string | undefined;
  /** Template names in the order in which they are tried. */
  templateOrder?: string[] | undefined;
  images?: ImageBlock[] | undefined;
  /** Who says it; `user` when absent. */
  role?: 'system' | 'user' | 'assistant' | 'tool' | undefined;
  /** Which tool call a `tool` message answers. */
  toolCallId?: string | undefined;
}
