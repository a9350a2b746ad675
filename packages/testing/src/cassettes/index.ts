export { CassetteBackend, cassette } from './cassette.js';
export { CassetteError, CassetteMissError, CassetteUnplayedError } from './cassette-errors.js';
export type { CassetteMode } from './cassette-mode.js';
export type { CassetteOptions } from './cassette-options.js';
