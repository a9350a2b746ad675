import { type ErrorInit, MelliflowError } from '@melliflow/core';
import { nameErrors } from '@melliflow/core/implement';

/** The facts of a failure of a cassette. */
export interface CassetteErrorInit extends ErrorInit {
  /** The cassette's file, as it was given. */
  file: string;
}

/** A cassette cannot be read, written, or recorded here; the message says what to do. */
export class CassetteError extends MelliflowError {
  /** The cassette's file, as it was given. */
  readonly file: string;

  constructor(message: string, init: CassetteErrorInit) {
    super(message, init);
    this.file = init.file;
  }
}

/** A request that is not recorded; the message shows the nearest recording and what differs. */
export class CassetteMissError extends CassetteError {}

/** Recordings were left over where all were expected to be played. */
export class CassetteUnplayedError extends CassetteError {}

nameErrors({ CassetteError, CassetteMissError, CassetteUnplayedError });
