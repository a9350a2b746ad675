import {
  type ComponentLike,
  Context,
  type ModelOutputThunk,
  type Part,
  type TemplateRepresentation,
} from '@melliflow/core';

/** A context that shows all of its entries, or none at all. */
export class ExamContext extends Context {
  readonly blind: boolean;

  constructor(blind = false) {
    super();
    this.blind = blind;
  }

  viewForGeneration(): Part[] | null {
    return this.blind ? null : this.asList();
  }
}

/** A component that is its parts in one line, with whatever else a law wants to show. */
export class ExamComponent implements ComponentLike<string> {
  readonly children: readonly Part[];
  readonly more: Partial<TemplateRepresentation>;

  constructor(children: readonly Part[], more: Partial<TemplateRepresentation> = {}) {
    this.children = children;
    this.more = more;
  }

  parts(): readonly Part[] {
    return this.children;
  }

  formatForLlm(): TemplateRepresentation {
    const text = this.children.map(String).join(' ');
    return { obj: this, args: { text }, template: '{{ text }}', ...this.more };
  }

  parse(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
