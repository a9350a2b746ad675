import { describe } from '@melliflow/core/implement';
import type { ProgressTerminal, SamplingProgress } from './sampling-progress.js';

const WIDTH = 20;
const clearLine = '\r\u001B[K';

/** Draws the run on one line of a terminal and takes the line away at the end; null where there is no terminal. */
export function progressBar(terminal: ProgressTerminal | null): ((event: SamplingProgress) => void) | null {
  if (terminal?.isTTY !== true) return null;
  let done = 0;
  let budget = 1;
  let news = '';
  const draw = (): void => {
    const filled = Math.round((Math.min(done, budget) / budget) * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    terminal.write(`${clearLine}${bar} ${done}/${budget} attempts${news}`);
  };
  return (event) => {
    if (event.type === 'end') return void terminal.write(clearLine);
    if (event.type === 'start') budget = event.loopBudget;
    if (event.type === 'attempt') {
      done += 1;
      news = event.total > 0 ? `, ${event.passed} of ${event.total} requirements hold` : '';
    }
    draw();
  };
}

/** The terminal that `progress` asks for: `true` means the standard error stream, where the runtime has one. */
export function terminalOf(progress: boolean | ProgressTerminal | undefined): ProgressTerminal | null {
  if (progress === undefined || progress === false) return null;
  if (progress === true)
    return (globalThis as { process?: { stderr?: ProgressTerminal } }).process?.stderr ?? null;
  if (typeof progress?.write === 'function') return progress;
  throw new TypeError(`progress must be true, false or a stream with write(), got ${describe(progress)}.`);
}
