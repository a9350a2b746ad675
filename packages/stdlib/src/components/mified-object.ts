import type { AbstractTool, Part, TemplateRepresentation } from '@melliflow/core';
import { className, describe } from '@melliflow/core/implement';
import { Tool } from '../tools/tool.js';
import type { MethodTool, Mified, MifyOptions } from './mify.js';
import { MObject } from './mobject.js';
import { partsIn, shownFields } from './shown-fields.js';

const template = `{% for name, value in fields | items %}
{{ name }}: {{ value if value is string else value | tojson }}{{ '' if loop.last else '\n' }}
{%- endfor %}`;

const noArguments = { type: 'object', properties: {}, additionalProperties: false };

/** An object with the choice of what is shown of it. */
export class MifiedObject<T extends object> extends MObject implements Mified<T> {
  readonly object: T;
  /** @internal */
  readonly _options: MifyOptions<T>;
  /** @internal */
  readonly _tools: Record<string, AbstractTool> | undefined;

  /** @throws TypeError when a chosen field or method is not there, or a value cannot be shown. */
  constructor(object: T, options: MifyOptions<T>) {
    super();
    this.object = object;
    this._options = options;
    this._tools = toolsOf(object, options.methods ?? {});
    this.parts();
  }

  parts(): readonly Part[] {
    return partsIn(this._fields());
  }

  formatForLlm(): TemplateRepresentation {
    return {
      obj: this,
      name: this._options.name ?? 'MObject',
      args: { fields: this._fields() },
      tools: this._tools,
      template: this._options.template ?? template,
      templateOrder: ['*', 'MObject'],
    };
  }

  /** @internal */
  _fields(): ReturnType<typeof shownFields> {
    return shownFields(this.object, this._options.fields, className(this.object));
  }
}

function toolsOf(
  object: object,
  methods: Readonly<Record<string, MethodTool | undefined>>,
): Record<string, AbstractTool> | undefined {
  const tools = Object.entries(methods).flatMap(([name, method]) =>
    method === undefined ? [] : ([[name, toolOf(object, name, method)]] as const),
  );
  return tools.length > 0 ? Object.fromEntries(tools) : undefined;
}

function toolOf(object: object, name: string, { description, parameters, order }: MethodTool): AbstractTool {
  const method: unknown = Reflect.get(object, name);
  if (typeof method !== 'function') {
    throw new TypeError(
      `${className(object)}.${name} must be a method to be a tool, got ${describe(method)}.`,
    );
  }
  return new Tool({
    name,
    description,
    parameters: parameters ?? noArguments,
    execute: (args: Readonly<Record<string, unknown>>) => {
      const given = order?.map((argument) => args[argument]) ?? (parameters === undefined ? [] : [args]);
      return Reflect.apply(method, object, given);
    },
  });
}
