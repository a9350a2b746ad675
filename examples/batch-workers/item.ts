/** One thing to ask. The key is the item's name for good: by it a result is recorded once, and found again. */
export interface Item {
  readonly key: string;
  readonly prompt: string;
}

/** How an item ended: with a text, or with an error that asking again would not mend. */
export type Result =
  | { readonly key: string; readonly text: string; readonly finishReason: string | null }
  | { readonly key: string; readonly error: string };

/** Thirty items, made as they are wanted: a list of millions would be read from its file the same way. */
export function* items(): Generator<Item> {
  for (let number = 1; number <= 30; number++) {
    yield { key: `item-${String(number).padStart(2, '0')}`, prompt: `Say ${number} in words:` };
  }
}
