import { type ImageBlock, isCBlock } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { listOf } from './list-of.js';

/** A copy of the images that a component was given. @throws TypeError when one is no block; it says which. */
export function imageList(images: readonly ImageBlock[] | undefined, component: string): ImageBlock[] {
  const list = listOf(images, `${component}.images`);
  for (const [index, image] of list.entries()) {
    if (isCBlock(image)) continue;
    throw new TypeError(
      `${component}.images[${index}] must be an ImageBlock, got ${describe(image)}: ` +
        'make one with new ImageBlock(base64) or ImageBlock.fromPng(bytes).',
    );
  }
  return list;
}
