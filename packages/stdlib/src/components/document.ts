import { Component, type ModelOutputThunk, type Part, type TemplateRepresentation } from '@melliflow/core';
import { wordsOf } from './object-part.js';
import { partOf } from './part-of.js';

/** What is known of a text beside its words. */
export interface DocumentInit {
  title?: string | undefined;
  /** By which an answer can cite it. */
  id?: string | undefined;
}

const template =
  "{{ ('[' ~ id ~ ']') if id else '' }}{{ ' ' if id and title else '' }}{{ title if title else '' }}" +
  "{{ '\n' if id or title else '' }}{{ text }}";

/**
 * A text that a model is given to read, such as one that was found for a question.
 *
 * @example
 * new Instruction('Who built it?', { groundingContext: { source: new Document(page, { title: 'Towers', id: '7' }) } });
 */
export class Document extends Component<string> {
  readonly text: Part;
  readonly title: string | null;
  readonly id: string | null;

  /** @throws TypeError when a value is not what its name says. */
  constructor(text: string | Part, init: DocumentInit = {}) {
    super();
    this.text = partOf(text, 'Document.text');
    this.title = init.title === undefined ? null : wordsOf(init.title, 'Document.title');
    this.id = init.id === undefined ? null : wordsOf(init.id, 'Document.id');
  }

  parts(): readonly Part[] {
    return [this.text];
  }

  formatForLlm(): TemplateRepresentation {
    const { text, title, id } = this;
    return { obj: this, name: 'Document', args: { text, title, id }, template, templateOrder: ['*'] };
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
