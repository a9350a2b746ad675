export { type ChunkingName, chunkingByName, resolveChunking } from './chunkers/chunking-names.js';
export type { Chunker, ChunkingStrategy, Segment } from './chunkers/chunking-strategy.js';
export { fromSplit } from './chunkers/from-split.js';
export { ParagraphChunker } from './chunkers/paragraph-chunker.js';
export { SentenceChunker } from './chunkers/sentence-chunker.js';
export { WordChunker } from './chunkers/word-chunker.js';
export { StreamChunkingResult } from './stream-chunking-result.js';
export type {
  ChunkEvent,
  CompletedEvent,
  ErrorEvent,
  FullValidationEvent,
  QuickCheckEvent,
  RetryEvent,
  StreamEvent,
  StreamingDoneEvent,
} from './stream-events.js';
export { StreamNotFinishedError } from './stream-not-finished-error.js';
export {
  type FormattedStreamOptions,
  type StreamWithChunkingOptions,
  streamWithChunking,
} from './stream-with-chunking.js';
