import { ComponentParseError } from '../errors/program-errors.js';
import { textOf } from '../internal/describe.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import type { CBlock } from './cblock.js';
import type { TemplateRepresentation } from './template-representation.js';

/** Anything that can stand in a program: a component, a block, or a thunk (which is a block). */
export type Part = ComponentLike | CBlock;

/** The shape of a component. Any object that has it is one; no base class is needed (contract 1.2). */
export interface ComponentLike<S = unknown> {
  /** The parts that it is made of; thunks among them are awaited before it is rendered. */
  parts(): readonly Part[];
  /** What a formatter renders: a representation, or plain text. */
  formatForLlm(): TemplateRepresentation | string;
  /** Reads the model's output. */
  parse(computed: ModelOutputThunk): S;
}

/**
 * A composite that is shown to a model and knows how to read the answer.
 *
 * @example
 * class Joke extends Component<string> {
 *   parts() { return []; }
 *   formatForLlm() { return 'Tell a joke.'; }
 *   parseOutput(computed: ModelOutputThunk) { return computed.value ?? ''; }
 * }
 */
export abstract class Component<S = unknown> implements ComponentLike<S> {
  abstract parts(): readonly Part[];
  abstract formatForLlm(): TemplateRepresentation | string;
  abstract parseOutput(computed: ModelOutputThunk): S;

  /** @throws ComponentParseError (`component_parse`) with whatever `parseOutput` threw as its cause. */
  parse(computed: ModelOutputThunk): S {
    try {
      return this.parseOutput(computed);
    } catch (cause) {
      throw new ComponentParseError(`The component could not read the output: ${textOf(cause)}`, { cause });
    }
  }
}
