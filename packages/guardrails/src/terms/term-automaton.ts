/** All terms in one automaton (Aho and Corasick 1975): one step per unit, however many terms there are. */
export interface TermAutomaton {
  /** The node after `node` and a unit; 0 is the root. Amortised, a constant number of looks. */
  step(node: number, unit: number): number;
  /** Calls `visit` with each term that ends at `node`, the longest first, until it gives true. */
  endingAt(node: number, visit: (term: number) => boolean): void;
}

/** Builds the automaton: a tree of the terms, and for each node the longest suffix that is a node too. */
export function termAutomaton(terms: readonly string[]): TermAutomaton {
  const children: Map<number, number>[] = [new Map()];
  const suffix: number[] = [0];
  const term: number[] = [-1];
  /** The nearest node on the way of suffixes where a term ends; 0: none. */
  const nextEnd: number[] = [0];

  const childrenOf = (node: number): Map<number, number> => children[node] as Map<number, number>;
  for (const [index, text] of terms.entries()) {
    let node = 0;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      const child = childrenOf(node).get(unit) ?? children.push(new Map()) - 1;
      childrenOf(node).set(unit, child);
      node = child;
      suffix[node] ??= 0;
      term[node] ??= -1;
    }
    if (term[node] === -1) term[node] = index;
  }

  const step = (from: number, unit: number): number => {
    let node = from;
    for (;;) {
      const child = childrenOf(node).get(unit);
      if (child !== undefined) return child;
      if (node === 0) return 0;
      node = suffix[node] as number;
    }
  };

  // In breadth, since a suffix is always nearer to the root.
  const queue: number[] = [0];
  for (const node of queue) {
    for (const [unit, child] of childrenOf(node)) {
      const longest = node === 0 ? 0 : step(suffix[node] as number, unit);
      suffix[child] = longest;
      nextEnd[child] = term[longest] === -1 ? (nextEnd[longest] as number) : longest;
      queue.push(child);
    }
  }

  return {
    step,
    endingAt(node, visit) {
      for (
        let at = term[node] === -1 ? (nextEnd[node] as number) : node;
        at !== 0;
        at = nextEnd[at] as number
      )
        if (visit(term[at] as number)) return;
    },
  };
}
