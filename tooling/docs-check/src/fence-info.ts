import type { Fence } from './fence.js';

/** What the words after the language of a fence ask for. */
export interface FenceInfo {
  /** The block belongs to the one before. */
  readonly continues: boolean;
  /** Why the block is not run; null if it is. */
  readonly noRun: string | null;
  /** The exit code of the commands of an `sh` block. */
  readonly exitCode: number;
  /** What is wrong with the words; null if nothing. */
  readonly fault: string | null;
}

const known = 'known are "continues", "exit=<code>" and "no-run <reason>"';

/** Reads `ts continues`, `ts no-run needs a key`, `sh exit=1`. */
export function readInfo({ info }: Fence): FenceInfo {
  let continues = false;
  let exitCode = 0;
  const words = info.split(' ').filter(Boolean);
  for (const [index, word] of words.entries()) {
    const exit = /^exit=(\d+)$/.exec(word);
    if (word === 'no-run') {
      const reason = words.slice(index + 1).join(' ');
      const fault = reason ? null : 'no-run wants a reason: "no-run needs an API key"';
      return { continues, exitCode, noRun: reason, fault };
    }
    if (word === 'continues') continues = true;
    else if (exit) exitCode = Number(exit[1]);
    else
      return {
        continues,
        exitCode,
        noRun: null,
        fault: `"${word}" in the fence is not understood; ${known}`,
      };
  }
  return { continues, exitCode, noRun: null, fault: null };
}
