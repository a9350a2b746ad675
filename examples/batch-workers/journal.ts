import { type FileHandle, open } from 'node:fs/promises';
import type { Result } from './item.js';

/**
 * What is finished, a line of JSON for each item, in a file that only grows. Of the results only the keys are kept in
 * memory. It has one writer, the coordinator; with more than one, take a table whose primary key is the item's key.
 */
export class Journal {
  readonly finished: Set<string> = new Set();
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens the file, or makes it, and reads which items are finished. */
  static async open(path: string): Promise<Journal> {
    const file = await open(path, 'a+');
    const journal = new Journal(file);
    for await (const line of file.readLines({ start: 0, autoClose: false })) {
      const key = keyIn(line);
      if (key !== undefined) journal.finished.add(key);
    }
    await endLastLine(file);
    return journal;
  }

  /** Resolves when the results are on the disk. An item that is there already stays as it is. */
  async record(results: readonly Result[]): Promise<void> {
    const fresh = results.filter(({ key }) => !this.finished.has(key));
    if (fresh.length === 0) return;
    await this.#file.appendFile(fresh.map((result) => `${JSON.stringify(result)}\n`).join(''));
    await this.#file.datasync();
    for (const { key } of fresh) this.finished.add(key);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** A crash may have cut the last line: what comes next begins on its own. */
async function endLastLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer.toString() !== '\n') await file.appendFile('\n');
}

function keyIn(line: string): string | undefined {
  try {
    return (JSON.parse(line) as Result).key;
  } catch {
    return undefined; // Empty, or cut by a crash: nobody was told that this item is finished, so it is asked again.
  }
}
