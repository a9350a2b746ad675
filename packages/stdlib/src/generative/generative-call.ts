import {
  CBlock,
  Component,
  type ModelOutputThunk,
  type Part,
  type Requirement,
  type TemplateRepresentation,
} from '@melliflow/core';
import type { Definition } from './generative.js';

// The engine takes away the line break after a block: what starts a paragraph needs one more.
const template = `Work as this function does, and give what it returns.

{{ name }}: {{ description }}

Its arguments, as JSON:
{{ arguments }}
{%- if requirements %}


What it returns must:
{%- for requirement in requirements %}

- {{ requirement }}
{%- endfor %}
{%- endif %}
{%- if repair %}


An earlier result was not good enough. Do better here:
{{ repair }}
{%- endif %}


Answer with the result as JSON, and with nothing else.`;

/** One call of a generative function, as the model is asked for it. */
export class GenerativeCall<O> extends Component<O> {
  readonly definition: Definition;
  readonly values: unknown;
  readonly argumentsText: string;
  /** @internal */
  readonly _repair: string | null = null;

  /** @throws TypeError when the arguments cannot be written as JSON. */
  constructor(definition: Definition, values: unknown) {
    super();
    this.definition = definition;
    this.values = values;
    this.argumentsText = JSON.stringify(values, null, 2) ?? 'null';
  }

  /** Those of the result. */
  get requirements(): readonly Requirement[] {
    return this.definition.postconditions;
  }

  parts(): readonly Part[] {
    return [new CBlock(this.argumentsText), ...this.requirements];
  }

  formatForLlm(): TemplateRepresentation {
    const { name, description } = this.definition;
    const requirements = this.requirements.filter((one) => !one.checkOnly && one.description !== null);
    return {
      obj: this,
      name: 'GenerativeCall',
      args: { name, description, arguments: this.argumentsText, requirements, repair: this._repair },
      template,
      templateOrder: ['*'],
    };
  }

  /** The result is read by its schema; without one it would be this. */
  parseOutput(computed: ModelOutputThunk): O {
    return JSON.parse(computed.value ?? '') as O;
  }

  /** The same call for another attempt, which also says what was wrong with the last one. */
  copyAndRepair(repairString: string): this {
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { _repair: repairString });
  }
}
