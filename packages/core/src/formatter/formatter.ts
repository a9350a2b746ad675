import type { Part } from '../content/component.js';

/** Turns parts into what a model reads. */
export abstract class Formatter {
  /** One part as prompt text. */
  abstract print(part: Part): string;
}
