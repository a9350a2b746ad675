import type { Part } from '../content/component.js';
import { isCBlock, isComponent } from '../content/part.js';
import type { TemplateArg, TemplateRepresentation } from '../content/template-representation.js';
import { Formatter } from './formatter.js';

/** Prints without templates: a component's text, or the values that it would give a template, one per line. */
export class PlainFormatter extends Formatter {
  print(part: Part): string {
    if (isCBlock(part)) return part.toString();
    const shown = part.formatForLlm();
    return typeof shown === 'string' ? shown : this._lines(Object.values(shown.args));
  }

  /** @internal */
  _lines(values: readonly TemplateArg[]): string {
    return values
      .map((value) => this._text(value))
      .filter((text) => text !== '')
      .join('\n');
  }

  /** @internal */
  _text(value: TemplateArg): string {
    if (value === null || value === undefined) return '';
    if (typeof value !== 'object') return String(value);
    if (isCBlock(value) || isComponent(value)) return this.print(value);
    if (isRepresentation(value)) return this._lines(Object.values(value.args));
    return this._lines(Object.values(value as Record<string, TemplateArg>));
  }
}

function isRepresentation(value: object): value is TemplateRepresentation {
  return 'obj' in value && 'args' in value;
}
