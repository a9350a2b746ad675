/** What a run tells while it goes on. Attempts count from 1. */
export type SamplingProgress =
  | { readonly type: 'start'; readonly strategy: string; readonly loopBudget: number }
  | {
      readonly type: 'attempt';
      readonly attempt: number;
      readonly loopBudget: number;
      readonly success: boolean;
      /** How many requirements hold, of how many. */
      readonly passed: number;
      readonly total: number;
    }
  | { readonly type: 'repair'; readonly attempt: number }
  | { readonly type: 'end'; readonly success: boolean; readonly attempts: number };

/** Where a progress bar is drawn; `process.stderr` is one. Nothing is written where `isTTY` is not true. */
export interface ProgressTerminal {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}
