import {
  Component,
  type ImageBlock,
  type ModelOutputThunk,
  type Part,
  type Requirement,
  type TemplateRepresentation,
} from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { reqify } from '../requirements/reqify.js';
import { imageList } from './image-list.js';
import { instructionTemplate } from './instruction-template.js';
import { listOf } from './list-of.js';
import { UserText } from './user-text.js';

/** What an instruction says beside the task. Parts may be thunks that are not computed yet. */
export interface InstructionInit {
  /** What the answer must satisfy. Shown in this order, except those that are only checked. */
  requirements?: readonly (Requirement | string)[] | undefined;
  /** Answers that would be good. */
  examples?: readonly (string | Part)[] | undefined;
  /** What the model should know, by name. */
  groundingContext?: Readonly<Record<string, string | Part>> | undefined;
  /**
   * Makes Jinja templates of the texts: the description, requirements and examples given as text, the prefix and the
   * texts of the grounding context. Variables are data, marks in them are not evaluated. Requirements and parts are
   * left as they are.
   */
  userVariables?: Readonly<Record<string, string>> | undefined;
  /** What the answer must begin with. */
  prefix?: string | Part | undefined;
  images?: readonly ImageBlock[] | undefined;
}

/**
 * A task for a model, in words.
 *
 * @example
 * new Instruction('Write to {{ name }}.', { userVariables: { name: 'Ann' }, requirements: ['be formal'] });
 */
export class Instruction extends Component<string> {
  readonly images: readonly ImageBlock[];
  /** @internal */
  readonly _description: Part | null;
  /** @internal */
  readonly _prefix: Part | null;
  /** @internal */
  readonly _groundingContext: Readonly<Record<string, Part>>;
  /** @internal */
  readonly _requirements: readonly Requirement[];
  /** @internal */
  readonly _examples: readonly Part[];
  /** @internal */
  readonly _repair: string | null = null;

  /**
   * @throws TypeError when a value is not what its name says.
   * @throws TemplateError (`template`) when a text is no template, or shows a variable that was not given.
   */
  constructor(description: string | Part | null = null, init: InstructionInit = {}) {
    super();
    const user = new UserText(init.userVariables);
    this._description = description === null ? null : user.part(description, 'description');
    this._prefix = init.prefix === undefined ? null : user.part(init.prefix, 'prefix');
    this._groundingContext = groundingOf(init.groundingContext, user);
    this._requirements = listOf(init.requirements, 'Instruction.requirements').map((requirement, i) =>
      reqify(typeof requirement === 'string' ? user.fill(requirement, `requirements[${i}]`) : requirement),
    );
    this._examples = listOf(init.examples, 'Instruction.examples').map((example, i) =>
      user.part(example, `examples[${i}]`),
    );
    this.images = imageList(init.images, 'Instruction');
  }

  /** All of them, also those that are only checked. */
  get requirements(): readonly Requirement[] {
    return this._requirements;
  }

  parts(): readonly Part[] {
    const grounding = Object.values(this._groundingContext);
    const first = [this._description, this._prefix].filter((part) => part !== null);
    return [...first, ...grounding, ...this._requirements, ...this._examples, ...this.images];
  }

  formatForLlm(): TemplateRepresentation {
    return {
      obj: this,
      name: 'Instruction',
      args: {
        description: this._description,
        requirements: this._requirements.filter(isShown),
        groundingContext: this._groundingContext,
        examples: this._examples,
        prefix: this._prefix,
        repair: this._repair,
      },
      template: instructionTemplate,
      templateOrder: ['*'],
      images: [...this.images],
    };
  }

  /** The text of the answer. */
  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }

  /** The same task for another attempt, which also says what was wrong with the last one. */
  copyAndRepair(repairString: string): this {
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { _repair: repairString });
  }
}

function isShown({ checkOnly, description }: Requirement): boolean {
  return !checkOnly && description !== null;
}

function groundingOf(
  context: Readonly<Record<string, string | Part>> | undefined,
  user: UserText,
): Readonly<Record<string, Part>> {
  if (context !== undefined && (typeof context !== 'object' || context === null || Array.isArray(context))) {
    throw new TypeError(`Instruction.groundingContext must be texts by name, got ${describe(context)}.`);
  }
  return Object.fromEntries(
    Object.entries(context ?? {}).map(([name, text]) => [name, user.part(text, `groundingContext.${name}`)]),
  );
}
