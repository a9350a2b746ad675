import type { Requirement } from '@melliflow/core';
import type { Tokens } from 'marked';
import { markdownBlocks } from './markdown-tokens.js';
import { type ReadyRequirementInit, textRequirement } from './output-requirement.js';
import { type Bounds, boundsInWords, checkedBounds, isWithin } from './within.js';

/** Which lists, and how it is shown. */
export interface IsMarkdownListInit extends ReadyRequirementInit {
  /** How many items, without those of lists within them. */
  items?: Bounds | undefined;
  /** Whether it must be numbered, or must not. Default: either. */
  ordered?: boolean | undefined;
}

/**
 * The output is a Markdown list and nothing else.
 *
 * @throws RangeError for bounds that bound nothing.
 *
 * @example
 * isMarkdownList({ items: { min: 3, max: 5 } });
 */
export function isMarkdownList(init: IsMarkdownListInit = {}): Requirement {
  const bounds = checkedBounds(init.items ?? {}, 'items');
  const { ordered } = init;
  const kind =
    ordered === undefined ? 'a Markdown list' : `${ordered ? 'a numbered' : 'a bulleted'} Markdown list`;
  const many = boundsInWords(bounds);
  const description = `be ${kind}${many && ` of ${many} items`} and nothing else`;
  return textRequirement(description, init, async (text) => {
    const blocks = await markdownBlocks(text);
    const lists = blocks.filter((block): block is Tokens.List => block.type === 'list');
    if (lists.length === 0) return [false, 'it is no Markdown list'];
    if (lists.length < blocks.length) return [false, 'there is something beside the list'];
    if (ordered !== undefined && lists.some((list) => list.ordered !== ordered))
      return [false, ordered ? 'it is not numbered' : 'it is numbered'];
    const count = lists.reduce((sum, list) => sum + list.items.length, 0);
    return isWithin(count, bounds) ? true : [false, `it has ${count} items`];
  });
}

/** The items of a text that is a Markdown list and nothing else, as they are written; null for any other text. */
export async function markdownListItems(text: string): Promise<string[] | null> {
  const blocks = await markdownBlocks(text);
  const lists = blocks.filter((block): block is Tokens.List => block.type === 'list');
  if (lists.length === 0 || lists.length < blocks.length) return null;
  return lists.flatMap((list) => list.items.map((item) => item.text));
}
