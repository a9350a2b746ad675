/** A set of texts that can be asked unit by unit. */
export interface TextTree {
  /** The node after `node` and a unit; undefined: no text goes on like this. The root is 0. */
  step(node: number, unit: number): number | undefined;
  /** Whether a text ends at the node. */
  isEnd(node: number): boolean;
  /** Whether there is no text. */
  readonly isEmpty: boolean;
}

/** Makes the tree of `texts`. */
export function textTree(texts: readonly string[]): TextTree {
  const children: Map<number, number>[] = [new Map()];
  const ends = new Set<number>();
  for (const text of texts) {
    let node = 0;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      const known = children[node] as Map<number, number>;
      const child = known.get(unit) ?? children.push(new Map()) - 1;
      known.set(unit, child);
      node = child;
    }
    ends.add(node);
  }
  return {
    step: (node, unit) => children[node]?.get(unit),
    isEnd: (node) => ends.has(node),
    isEmpty: texts.length === 0,
  };
}
