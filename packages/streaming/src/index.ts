export { type ChunkingName, chunkingByName, resolveChunking } from './chunkers/chunking-names.js';
export type { Chunker, ChunkingStrategy, Segment } from './chunkers/chunking-strategy.js';
export { CodeChunker, type CodeChunkerSettings } from './chunkers/code-chunker.js';
export { DeltaChunker } from './chunkers/delta-chunker.js';
export { FixedChunker, type FixedChunkerSettings } from './chunkers/fixed-chunker.js';
export { fromSplit } from './chunkers/from-split.js';
export { GraphemeChunker, type LocaleSettings } from './chunkers/grapheme-chunker.js';
export { IntlSentenceChunker, type IntlSentenceSettings } from './chunkers/intl-sentence-chunker.js';
export { IntlWordChunker } from './chunkers/intl-word-chunker.js';
export { JsonChunker, type JsonChunkerSettings } from './chunkers/json-chunker.js';
export { LineChunker } from './chunkers/line-chunker.js';
export { MarkdownChunker } from './chunkers/markdown-chunker.js';
export { ParagraphChunker } from './chunkers/paragraph-chunker.js';
export { RegexpChunker, type RegexpChunkerSettings } from './chunkers/regexp-chunker.js';
export { SentenceChunker } from './chunkers/sentence-chunker.js';
export { WordChunker } from './chunkers/word-chunker.js';
export { EventStreamError } from './event-stream-error.js';
export { eventsFrom } from './events-from.js';
export type { ReleaseMode } from './release-mode.js';
export type { RetryOptions } from './retry-options.js';
export type { StreamForWire } from './server-sent-frames.js';
export {
  type EventStreamOptions,
  type StreamOptions,
  stream,
  type TextStreamOptions,
} from './stream.js';
export type { AttemptReport, StreamAccount } from './stream-accounting.js';
export type { ChannelValidationIo, StreamChannel, StreamingTraits } from './stream-channel.js';
export { StreamChunkingResult } from './stream-chunking-result.js';
export type {
  ChunkEvent,
  CompletedEvent,
  ErrorEvent,
  FullValidationEvent,
  QuickCheckEvent,
  RetractEvent,
  RetryEvent,
  SettledEvent,
  StreamEvent,
  StreamingDoneEvent,
  ThinkingEvent,
  ToolCallEvent,
} from './stream-events.js';
export { StreamNotFinishedError } from './stream-not-finished-error.js';
export type { StreamPiece } from './stream-piece.js';
export {
  type FormattedStreamOptions,
  type StreamWithChunkingOptions,
  streamWithChunking,
} from './stream-with-chunking.js';
export { Streamer } from './streamer.js';
export type { DeepPartial, ItemOf } from './structured-readers.js';
export {
  type EventStreamResponse,
  type ServerSentEventsOptions,
  toServerSentEvents,
} from './to-server-sent-events.js';
