import { CassetteUnplayedError } from './cassette-errors.js';
import type { CassetteFile, ChatInteraction } from './cassette-file.js';
import { missError } from './miss.js';
import type { AskedRequest } from './request.js';

/** The recordings of a cassette while they are played: each once, those of the same request in their order. */
export class Tape {
  /** @internal */
  readonly _file: CassetteFile;
  /** @internal Null: there is no file. */
  readonly _interactions: readonly ChatInteraction[] | null;
  /** @internal The indexes that are left, by key. */
  readonly _left = new Map<string, number[]>();

  constructor(file: CassetteFile, interactions: readonly ChatInteraction[] | null) {
    this._file = file;
    this._interactions = interactions;
    for (const [index, { key }] of (interactions ?? []).entries()) {
      const same = this._left.get(key);
      if (same) same.push(index);
      else this._left.set(key, [index]);
    }
  }

  /** @throws CassetteMissError (`cassette_miss`) when the request is not recorded, or not so often. */
  take(asked: AskedRequest): ChatInteraction {
    const index = this._left.get(asked.key)?.shift();
    const found = index === undefined ? undefined : this._interactions?.[index];
    if (found) return found;
    throw missError(this._file, asked, this._interactions, this._unplayed());
  }

  /** @throws CassetteUnplayedError (`cassette_unplayed`) when recordings are left. */
  assertAllPlayed(): void {
    const left = [...this._unplayed()];
    if (left.length === 0) return;
    const all = this._interactions ?? [];
    const named = left.slice(0, 5).map((index) => `  number ${index + 1}: ${titleOf(all[index])}`);
    const more = left.length > 5 ? [`  and ${left.length - 5} more`] : [];
    const message = [
      `cassette: ${left.length} of ${all.length} recordings in ${this._file.name} were not played:`,
      ...named,
      ...more,
      'If the program no longer makes these calls, record it anew with MELLIFLOW_CASSETTES=update.',
    ];
    throw new CassetteUnplayedError(message.join('\n'), { file: this._file.name });
  }

  /** @internal */
  _unplayed(): ReadonlySet<number> {
    return new Set([...this._left.values()].flat().sort((a, b) => a - b));
  }
}

/** The end of a recording's prompt, shortened. */
function titleOf(interaction: ChatInteraction | undefined): string {
  const last = interaction?.request.prompt.at(-1) ?? '';
  const text = (typeof last === 'string' ? last : last.content).replaceAll(/\s+/g, ' ');
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
