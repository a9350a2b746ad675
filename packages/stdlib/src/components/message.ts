import {
  CBlock,
  type ChatMessage,
  Component,
  type ImageBlock,
  type ModelOutputThunk,
  type Part,
  type TemplateRepresentation,
} from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { imageList } from './image-list.js';

/** What a message carries beside its text. */
export interface MessageInit {
  images?: readonly ImageBlock[] | undefined;
}

const roles: ReadonlySet<unknown> = new Set<ChatMessage['role']>(['system', 'user', 'assistant', 'tool']);

/**
 * One message of a chat. As an action its answer is a message of the assistant's.
 *
 * @example
 * new ChatContext().add(new Message('system', 'Answer in one word.'));
 */
export class Message extends Component<Message> {
  readonly role: ChatMessage['role'];
  readonly content: string;
  readonly images: readonly ImageBlock[];

  /** @throws TypeError when a value is not what its name says. */
  constructor(role: ChatMessage['role'], content: string, init: MessageInit = {}) {
    super();
    if (!roles.has(role)) {
      throw new TypeError(
        `The role of a Message must be one of ${[...roles].join(', ')}; got ${describe(role)}.`,
      );
    }
    if (typeof content !== 'string') {
      throw new TypeError(`The content of a Message must be text, got ${describe(content)}.`);
    }
    this.role = role;
    this.content = content;
    this.images = imageList(init.images, 'Message');
  }

  parts(): readonly Part[] {
    return [new CBlock(this.content), ...this.images];
  }

  formatForLlm(): TemplateRepresentation {
    const { role, content, images } = this;
    return {
      obj: this,
      name: 'Message',
      role,
      args: { content },
      template: '{{ content }}',
      templateOrder: ['*'],
      images: [...images],
    };
  }

  /** The answer as a message of the assistant's. */
  parseOutput(computed: ModelOutputThunk): Message {
    if (computed.value === null) throw new TypeError('The answer is not computed: await its avalue() first.');
    return answered(computed.value);
  }
}

// Outside the class: a class that names itself is renamed when it is bundled, and shows as `_Message`.
function answered(text: string): Message {
  return new Message('assistant', text);
}
