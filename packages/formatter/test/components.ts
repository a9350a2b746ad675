import {
  Component,
  type ImageBlock,
  type ModelOutputThunk,
  type Part,
  type TemplateArg,
  type TemplateRepresentation,
} from '@melliflow/core';

type Shown = Omit<TemplateRepresentation, 'obj' | 'args'>;

/** A component that shows what a test gives it. */
export class Exhibit extends Component<string> {
  args: Record<string, TemplateArg>;
  readonly shown: Shown;
  /** How often it was asked what it shows. */
  asked = 0;

  constructor(args: Record<string, TemplateArg>, shown: Shown = {}) {
    super();
    this.args = args;
    this.shown = shown;
  }

  parts(): readonly Part[] {
    return [];
  }

  formatForLlm(): TemplateRepresentation {
    this.asked += 1;
    return { obj: this, args: this.args, ...this.shown };
  }

  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}

/** A component that shows plain text. */
export class Plain extends Component<string> {
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  parts(): readonly Part[] {
    return [];
  }

  formatForLlm(): string {
    return this.text;
  }

  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}

/** A chat message, as the standard library has it. */
export class Message extends Exhibit {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly images: readonly ImageBlock[];

  constructor(role: Message['role'], content: string, images: readonly ImageBlock[] = []) {
    super({ content }, { name: 'Message', role, template: '{{ content }}' });
    this.role = role;
    this.content = content;
    this.images = images;
  }
}

/** The smallest PNG of the golden traces. */
export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC';
