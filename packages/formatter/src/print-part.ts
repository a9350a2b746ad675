import {
  type CBlock,
  type ComponentLike,
  isCBlock,
  isComponent,
  isModelOutputThunk,
  type Part,
  type TemplateArg,
  type TemplateRepresentation,
} from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import type { PrintedArg, PrintedArgs } from './printed-arg.js';

/** Turns a representation into text; its args are printed already. */
export type RenderRepresentation = (representation: TemplateRepresentation, args: PrintedArgs) => string;

/** What is printed by rendering. */
type Composite = ComponentLike | TemplateRepresentation;

/** A part as text, from the innermost parts outwards; safe at any depth, and each component is rendered once. */
export function printPart(root: Part | TemplateRepresentation, render: RenderRepresentation): string {
  if (isCBlock(root)) return textOf(root, 'The part');
  const texts = new Map<Composite, string>();
  const open = new Map<Composite, TemplateRepresentation>();
  const stack: Composite[] = [root];
  for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
    const entered = open.get(at);
    if (texts.has(at)) stack.pop();
    else if (entered)
      texts.set(
        at,
        render(
          entered,
          printedArgs(entered, (part) => texts.get(part) ?? ''),
        ),
      );
    else {
      const shown = shownBy(at);
      if (typeof shown === 'string') texts.set(at, shown);
      else {
        open.set(at, shown);
        for (const part of unprinted(shown, texts, open)) stack.push(part);
      }
    }
  }
  return texts.get(root) ?? '';
}

/** Whether `value` is what a component gives a formatter. */
function isRepresentation(value: unknown): value is TemplateRepresentation {
  if (typeof value !== 'object' || value === null) return false;
  return 'obj' in value && 'args' in value && isPlainRecord(value.args);
}

/** What a formatter renders. @throws TypeError when `composite` shows nothing of the kind. */
export function shownBy(composite: Composite): TemplateRepresentation | string {
  if (!isComponent(composite)) {
    if (isRepresentation(composite)) return composite;
    throw new TypeError(`A formatter prints blocks and components, got ${describe(composite)}.`);
  }
  const shown = composite.formatForLlm();
  if (typeof shown === 'string' || isRepresentation(shown)) return shown;
  throw new TypeError(`formatForLlm() must give text or a TemplateRepresentation, got ${describe(shown)}.`);
}

/** The composites among the args that must be printed before them. */
function unprinted(
  shown: TemplateRepresentation,
  texts: ReadonlyMap<Composite, string>,
  open: ReadonlyMap<Composite, TemplateRepresentation>,
): Composite[] {
  const found: Composite[] = [];
  printedArgs(shown, (part, path) => {
    if (texts.has(part)) return '';
    if (open.has(part)) throw new TypeError(`${path} is the component itself or one around it: a circle.`);
    found.push(part);
    return '';
  });
  return found;
}

function printedArgs(
  shown: TemplateRepresentation,
  print: (part: Composite, path: string) => string,
): PrintedArgs {
  const root = shown.name ?? 'args';
  const printed = (value: TemplateArg, path: string): PrintedArg => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    if (isCBlock(value)) return textOf(value, path);
    if (isComponent(value) || isRepresentation(value)) return print(value, path);
    if (Array.isArray(value)) return value.map((item: TemplateArg, i) => printed(item, `${path}[${i}]`));
    if (isPlainRecord(value)) return printedRecord(value, path);
    const wanted = 'text, a number, a boolean, null, a part, or an array or plain object of these';
    throw new TypeError(`${path} must be ${wanted}, got ${describe(value)}.`);
  };
  const printedRecord = (record: Readonly<Record<string, TemplateArg>>, path: string): PrintedArgs =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, printed(value, `${path}.${key}`)]));
  return printedRecord(shown.args, root);
}

/** The text of a block; `path` says in an error which one it is. */
export function textOf(block: CBlock, path: string): string {
  if (isModelOutputThunk(block) && !block.isComputed()) {
    throw new TypeError(`${path} is a thunk that is not computed: await its avalue() before it is printed.`);
  }
  return block.toString();
}

/** Plain in any realm: the prototype is an `Object.prototype`, or there is none. */
function isPlainRecord(value: unknown): value is Readonly<Record<string, TemplateArg>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
