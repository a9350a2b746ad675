import { EventEmitter } from 'node:events';
import { ScriptedBackend } from '@melliflow/testing';
import type { BackendChoice, ProgramIo, TextOutput } from '../../src/index.js';

/** An output that keeps what it is given; `onWrite` sees each piece that is not empty. */
export class FakeOutput extends EventEmitter implements TextOutput {
  text = '';
  isTTY = false;
  onWrite: ((text: string) => void) | undefined;

  write(text: string, written?: () => void): void {
    this.text += text;
    if (text !== '') this.onWrite?.(text);
    if (written) process.nextTick(written);
  }
}

/** A world for the program that can be looked at, with a scripted model. */
export class FakeIo implements ProgramIo {
  readonly stdout = new FakeOutput();
  readonly stderr = new FakeOutput();
  readonly signals = new EventEmitter();
  readonly choices: BackendChoice[] = [];
  readonly exits: number[] = [];
  stdin: AsyncIterable<Uint8Array | string> = (async function* () {})();
  env: Record<string, string | undefined> = {};
  backend: ScriptedBackend & Partial<AsyncDisposable>;

  constructor(...deltas: string[]) {
    this.backend = new ScriptedBackend([{ deltas }]);
  }

  async loadBackend(choice: BackendChoice): Promise<ScriptedBackend> {
    this.choices.push(choice);
    return this.backend;
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  /** How many listeners the program has left behind. */
  get listeners(): number {
    return [this.stdout, this.stderr, this.signals]
      .flatMap((emitter) => emitter.eventNames().map((name) => emitter.listenerCount(name)))
      .reduce((sum, count) => sum + count, 0);
  }

  /** What was printed as JSON lines. */
  get events(): Record<string, unknown>[] {
    return this.stdout.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }
}
