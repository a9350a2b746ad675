import { expect, test } from 'vitest';
import { withTrueAnchors } from '../stage/api-anchors.mjs';

test('a link to an anchor that typedoc counted twice goes to the one that is there; others stay', () => {
  const pages = new Map([
    [
      'a.md',
      '### Thunk\n\n### Thunk\n\n| <a id="property-x-1"></a> |\n\n[one](#thunk-1) [two](#thunk-2) [x](#property-x-1)',
    ],
    ['deep/b.md', '[a](../a.md#thunk-7) [c](../c.md#thunk-1) [gone](../a.md#nothing-1)'],
  ]);
  const mended = withTrueAnchors(pages);
  expect(mended.get('a.md')).toContain('[one](#thunk-1) [two](#thunk) [x](#property-x-1)');
  expect(mended.get('deep/b.md')).toBe('[a](../a.md#thunk) [c](../c.md#thunk-1) [gone](../a.md#nothing-1)');
});
