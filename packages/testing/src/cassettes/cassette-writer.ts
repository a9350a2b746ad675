import { type BigIntStats, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { newId, textOf } from '@melliflow/core/implement';
import { CassetteError } from './cassette-errors.js';
import { blockOf, type CassetteFile, type ChatInteraction, cassetteText } from './cassette-file.js';

/** The files that this process has recorded: a second cassette would write over the first. */
const recorded = new Set<string>();

/**
 * Writes a cassette anew after each interaction, whole and at once, so that nobody ever reads a half of it. The
 * interactions stand in the order in which they began.
 */
export class CassetteWriter {
  /** @internal */
  readonly _file: CassetteFile;
  /** @internal */
  readonly _blocks: (string | null)[] = [];
  /** @internal What the file was like when this writer saw it last. */
  _seen: string;
  /** @internal */
  _last: Promise<void> = Promise.resolve();
  /** @internal A write that has not begun: whoever comes meanwhile has part in it. */
  _next: Promise<void> | null = null;

  /** @throws CassetteError (`cassette`) when this process has recorded the file before. */
  constructor(file: CassetteFile) {
    this._file = file;
    this._seen = stateOf(file);
    if (recorded.has(file.path)) {
      throw this._error(
        'was recorded by another cassette of this process already. Give each its own file, or use one cassette for both.',
      );
    }
  }

  /** A place for an interaction that begins. */
  begin(): number {
    return this._blocks.push(null) - 1;
  }

  /** Resolves when the interaction stands in the file. */
  keep(place: number, interaction: ChatInteraction): Promise<void> {
    this._blocks[place] = blockOf(interaction);
    if (this._next) return this._next;
    const write = (): Promise<void> => {
      this._next = null;
      return this._write();
    };
    this._next = this._last.then(write, write);
    this._last = this._next;
    return this._next;
  }

  /** Resolves when nothing is being written any more; whoever waited for a write has been told how it ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([this._last]);
  }

  /** @internal */
  async _write(): Promise<void> {
    const { path } = this._file;
    this._checkSeen();
    const temporary = `${path}.${process.pid}-${newId()}.tmp`;
    try {
      recorded.add(path);
      await mkdir(dirname(path), { recursive: true });
      const text = cassetteText(this._blocks.filter((block) => block !== null));
      await writeFile(temporary, text, { flag: 'wx' });
      this._checkSeen(); // a large file takes a while, in which another process may have written its own
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw CassetteError.is(error) ? error : this._error(`cannot be written: ${textOf(error)}`, error);
    }
    this._seen = stateOf(this._file);
  }

  /** @internal */
  _checkSeen(): void {
    if (stateOf(this._file) === this._seen) return;
    throw this._error(
      'was written by somebody else while it was being recorded. Give each test file a cassette of its own.',
    );
  }

  /** @internal */
  _error(why: string, cause?: unknown): CassetteError {
    const { name } = this._file;
    return new CassetteError(`cassette: ${name} ${why}`, { file: name, cause });
  }
}

/** What tells one state of a file from another; each write makes a new file. */
function stateOf({ path }: CassetteFile): string {
  const stats: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.mtimeNs} ${stats.size}` : 'absent';
}
