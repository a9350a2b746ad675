import { CBLOCK, hasBrand, THUNK } from '../internal/brand.js';
import { describe, isObject } from '../internal/describe.js';
import type { ModelOutputThunk } from '../thunk/model-output-thunk.js';
import { CBlock } from './cblock.js';
import type { ComponentLike, Part } from './component.js';
import type { ImageBlock } from './image-block.js';

/** Whether `x` is a block (a thunk is one), also of another copy of core. */
export function isCBlock(x: unknown): x is CBlock {
  return hasBrand(x, CBLOCK);
}

/** Whether `x` is a thunk, also of another copy of core. */
export function isModelOutputThunk(x: unknown): x is ModelOutputThunk<unknown> {
  return hasBrand(x, THUNK);
}

/** Whether `x` has the three functions of a component (contract 1.2). */
export function isComponent(x: unknown): x is ComponentLike {
  if (!isObject(x)) return false;
  const { parts, formatForLlm, parse } = x;
  return typeof parts === 'function' && typeof formatForLlm === 'function' && typeof parse === 'function';
}

/** Text as a block; blocks and components as they are. @throws TypeError for anything else. */
export function blockify(s: string | Part): Part {
  if (typeof s === 'string') return new CBlock(s);
  if (isCBlock(s) || isComponent(s)) return s;
  throw new TypeError(`Expected text, a CBlock or a component, got ${describe(s)}.`);
}

/** The images that a component carries in `images`; null when there are none. */
export function getImagesFromComponent(c: unknown): ImageBlock[] | null {
  const images = (c as { images?: unknown } | null | undefined)?.images;
  return Array.isArray(images) && images.length > 0 ? images : null;
}
