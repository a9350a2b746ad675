import { Component, type ModelOutputThunk, type Part, type TemplateRepresentation } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { partOf } from './part-of.js';

/**
 * Parts by name, shown as JSON: for what needs no wording of its own.
 *
 * @example
 * new SimpleComponent({ task: 'Compare the two.', first: draft, second: otherDraft });
 */
export class SimpleComponent extends Component<string> {
  readonly named: Readonly<Record<string, Part>>;

  /** @throws TypeError when a value is neither text nor a part. */
  constructor(named: Readonly<Record<string, string | Part>>) {
    super();
    if (typeof named !== 'object' || named === null)
      throw new TypeError(`SimpleComponent takes parts by name, got ${describe(named)}.`);
    this.named = Object.fromEntries(
      Object.entries(named).map(([name, part]) => [name, partOf(part, `SimpleComponent.${name}`)]),
    );
  }

  parts(): readonly Part[] {
    return Object.values(this.named);
  }

  formatForLlm(): TemplateRepresentation {
    return {
      obj: this,
      name: 'SimpleComponent',
      args: { parts: this.named },
      template: '{{ parts | tojson }}',
      templateOrder: ['*'],
    };
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
