import type { BackendCapabilities } from '@melliflow/core';
import type { Exam } from './exam.js';

/** The chapters of the exam, in the order of the report. */
export const chapters = [
  'construct',
  'lazy',
  'value',
  'stream',
  'cancel',
  'context',
  'walk',
  'raw',
  'options',
  'format',
  'tools',
  'images',
  'errors',
  'retry',
  'timeouts',
  'metadata',
  'hooks',
  'secrets',
  'parallel',
  'dispose',
] as const;

/** One chapter of the exam. */
export type Chapter = (typeof chapters)[number];

/** What every backend must do, as data. */
export interface Law {
  /** The chapter and a name, such as `cancel.part`; it never changes. */
  readonly id: string;
  readonly chapter: Chapter;
  /** The clause of the contract that it is written from. */
  readonly clause: string;
  /** What is asked, as one sentence. */
  readonly sentence: string;
  /** It is asked only of backends that claim all of these. */
  readonly needs: readonly (keyof BackendCapabilities)[];
  /** Rejects when the backend breaks the law. */
  run(exam: Exam): Promise<void>;
}

/** A law as a chapter's file writes it. */
export interface LawText {
  readonly clause: string;
  readonly sentence: string;
  readonly needs?: Law['needs'] | undefined;
  run(exam: Exam): Promise<void>;
}

/** The laws of one chapter, by name. */
export function lawsOf(chapter: Chapter, texts: Readonly<Record<string, LawText>>): readonly Law[] {
  return Object.entries(texts).map(([name, text]) => ({
    needs: [],
    ...text,
    id: `${chapter}.${name}`,
    chapter,
  })) as readonly Law[];
}
