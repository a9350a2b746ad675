import {
  CBlock,
  Component,
  type ModelOutputThunk,
  type Part,
  type TemplateRepresentation,
} from '@melliflow/core';
import { objectPart, toolsOf, wordsOf } from './object-part.js';

const template = `Consider this:
{{ content }}

Change it as follows: {{ transformation }}

{% if tools %}
If you can call a tool that makes the change, call it: {{ tools | join(', ') }}. If none does, answer with the changed version and nothing else.
{%- else %}
Answer with the changed version and nothing else.
{%- endif %}`;

/**
 * A change to an object. The answer is the changed version as text, or a call of one of the object's methods.
 *
 * @example
 * new Transform(mify(table, { fields: ['rows'], methods: { transpose: { parameters: noArguments } } }), 'Transpose it.');
 */
export class Transform extends Component<string> {
  /** What is to be changed. */
  readonly obj: Part;
  readonly transformation: string;

  /** @throws TypeError when `obj` is neither text nor a part, or `transformation` is no text. */
  constructor(obj: string | Part, transformation: string) {
    super();
    this.obj = objectPart(obj, 'Transform.obj');
    this.transformation = wordsOf(transformation, 'Transform.transformation');
  }

  parts(): readonly Part[] {
    return [this.obj, new CBlock(this.transformation)];
  }

  formatForLlm(): TemplateRepresentation {
    const tools = toolsOf(this.obj);
    const { obj: content, transformation } = this;
    return {
      obj: this,
      name: 'Transform',
      args: { content, transformation, tools: Object.keys(tools ?? {}) },
      tools,
      template,
      templateOrder: ['*'],
    };
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
