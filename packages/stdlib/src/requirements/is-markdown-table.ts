import type { Requirement } from '@melliflow/core';
import type { Tokens } from 'marked';
import { listOf } from '../components/list-of.js';
import { markdownBlocks } from './markdown-tokens.js';
import { type ReadyRequirementInit, textRequirement } from './output-requirement.js';
import { type Bounds, boundsInWords, checkedBounds, isWithin } from './within.js';

/** Which tables, and how it is shown. */
export interface IsMarkdownTableInit extends ReadyRequirementInit {
  /** The headings of its columns, in order. Default: any. */
  columns?: readonly string[] | undefined;
  /** How many rows, without the headings. */
  rows?: Bounds | undefined;
}

/**
 * The output is one Markdown table and nothing else.
 *
 * @throws RangeError for bounds that bound nothing; TypeError when `columns` is no list.
 *
 * @example
 * isMarkdownTable({ columns: ['Name', 'Age'], rows: { min: 1 } });
 */
export function isMarkdownTable(init: IsMarkdownTableInit = {}): Requirement {
  const bounds = checkedBounds(init.rows ?? {}, 'rows');
  const columns = listOf(init.columns, 'columns');
  const many = boundsInWords(bounds);
  const parts = [columns.length > 0 && `the columns ${columns.join(', ')}`, many && `${many} rows`].filter(
    Boolean,
  );
  const having = parts.length > 0 ? ` with ${parts.join(' and ')}` : '';
  return textRequirement(`be a Markdown table${having} and nothing else`, init, async (text) => {
    const blocks = await markdownBlocks(text);
    const table = blocks.find((block): block is Tokens.Table => block.type === 'table');
    if (table === undefined) return [false, 'it is no Markdown table'];
    if (blocks.length > 1) return [false, 'there is something beside the table'];
    const headings = table.header.map((cell) => cell.text);
    if (columns.length > 0 && JSON.stringify(headings) !== JSON.stringify(columns))
      return [false, `its columns are ${headings.join(', ')}`];
    const count = table.rows.length;
    return isWithin(count, bounds) ? true : [false, `it has ${count} rows`];
  });
}
