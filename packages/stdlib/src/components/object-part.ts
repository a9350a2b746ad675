import { type AbstractTool, isCBlock, isComponent, type Part } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { partOf } from './part-of.js';

/**
 * What a question is about: text or a part.
 *
 * @throws TypeError for any other object: what of it may be shown is the caller's choice.
 */
export function objectPart(obj: string | Part, field: string): Part {
  if (typeof obj !== 'object' || obj === null || isCBlock(obj) || isComponent(obj)) return partOf(obj, field);
  throw new TypeError(
    `${field} must be text, a block or a component, got ${describe(obj)}: ` +
      'choose what of it is shown with mify(object, { fields: […] }).',
  );
}

/** The tools that a part brings along. */
export function toolsOf(part: Part): Record<string, AbstractTool> | undefined {
  if (!isComponent(part)) return undefined;
  const shown = part.formatForLlm();
  return typeof shown === 'string' ? undefined : shown.tools;
}

/** @throws TypeError when `text` is none; it says which `field`. */
export function wordsOf(text: string, field: string): string {
  if (typeof text === 'string') return text;
  throw new TypeError(`${field} must be text, got ${describe(text)}.`);
}
