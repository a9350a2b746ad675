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

Answer this question about it: {{ query }}`;

/**
 * A question about an object; the answer is text. The object's methods are offered as tools when the call allows
 * tools.
 *
 * @example
 * new Query(mify(invoice, { fields: ['items', 'total'] }), 'Which item costs most?');
 */
export class Query extends Component<string> {
  /** What the question is about. */
  readonly obj: Part;
  readonly query: string;

  /** @throws TypeError when `obj` is neither text nor a part, or `query` is no text. */
  constructor(obj: string | Part, query: string) {
    super();
    this.obj = objectPart(obj, 'Query.obj');
    this.query = wordsOf(query, 'Query.query');
  }

  parts(): readonly Part[] {
    return [this.obj, new CBlock(this.query)];
  }

  formatForLlm(): TemplateRepresentation {
    return {
      obj: this,
      name: 'Query',
      args: { content: this.obj, query: this.query },
      tools: toolsOf(this.obj),
      template,
      templateOrder: ['*'],
    };
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
