import {
  CBlock,
  Component,
  isCBlock,
  isComponent,
  type ModelOutputThunk,
  type Part,
  type TemplateRepresentation,
} from '@melliflow/core';
import { describe } from '@melliflow/core/implement';

/** What can stand in a `text` template: plain values, and parts, also thunks that are not computed yet. */
export type TextValue = string | number | bigint | boolean | Part;

/**
 * Text with values in it, as a tag of a template literal. Values are data: nothing in them is read as a template.
 *
 * @throws TypeError for a value that is neither plain nor a part.
 *
 * @example
 * const story = await m.ainstruct('Tell a story.');
 * await m.instruct(text`Find a title for this: ${story}`, { requirements: ['at most five words'] });
 */
export function text(strings: TemplateStringsArray, ...values: readonly TextValue[]): Part {
  const pieces: (string | Part)[] = [strings[0] ?? ''];
  for (const [index, value] of values.entries()) {
    pieces.push(pieceOf(value, index), strings[index + 1] ?? '');
  }
  return pieces.every((piece) => typeof piece === 'string') ? new CBlock(pieces.join('')) : new Text(pieces);
}

/** Whether a function was called as a tag. */
export function isTemplate(x: unknown): x is TemplateStringsArray {
  return Array.isArray(x) && Array.isArray((x as { raw?: unknown }).raw);
}

function pieceOf(value: TextValue, index: number): string | Part {
  if (isCBlock(value) || isComponent(value)) return value;
  const isPlain = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  if (isPlain) return String(value);
  throw new TypeError(
    `Value ${index + 1} of the template must be text, a number, a boolean or a part, got ${describe(value)}.`,
  );
}

/** Text in which some pieces are parts. */
class Text extends Component<string> {
  readonly pieces: readonly (string | Part)[];

  constructor(pieces: readonly (string | Part)[]) {
    super();
    this.pieces = pieces;
  }

  parts(): readonly Part[] {
    return this.pieces.filter((piece) => typeof piece !== 'string');
  }

  formatForLlm(): TemplateRepresentation {
    return {
      obj: this,
      name: 'Text',
      args: { pieces: this.pieces },
      template: '{% for piece in pieces %}{{ piece }}{% endfor %}',
      templateOrder: ['*'],
    };
  }

  parseOutput(computed: ModelOutputThunk): string {
    return computed.value ?? '';
  }
}
