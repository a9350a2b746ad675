import type { ModelToolCall } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { CheckLane, type LaneEntry, type LaneFailure, type LaneFollower } from './check-lane.js';
import type { LanePlan } from './check-plan.js';
import type { Chunker, ChunkingStrategy, Segment } from './chunkers/chunking-strategy.js';
import type { ReleaseRule } from './release-mode.js';
import type { ChannelValidationIo, StreamChannel } from './stream-channel.js';

/** A chunk of the stream's own chunking on its way to the readers. */
export interface OwnChunk {
  readonly channel: StreamChannel;
  readonly text: string;
  /** Its place in the channel's whole output. */
  readonly start: number;
  readonly end: number;
  readonly chunkIndex: number;
}

/** Where a flow sends what comes out of it. */
export interface FlowSink {
  /** A check will fail: what is not told yet is not wanted any more, but what comes before it in this flow. */
  doomed(flow: ChannelFlow): void;
  /** A chunk was checked. What it held back goes on afterwards. */
  checked(flow: ChannelFlow, lane: CheckLane, entry: LaneEntry, failures: readonly LaneFailure[]): void;
  broke(error: unknown): void;
  rested(): void;
  /** Readers of events get the chunk. */
  show(chunk: OwnChunk): void;
  /** The chunk passed: nothing but a new attempt takes it back. */
  settle(chunk: OwnChunk): void;
  /** The text up to there passed all that watch the channel, whether or not a chunk ends there. */
  cleared(flow: ChannelFlow, end: number): void;
}

export interface FlowInit {
  readonly channel: StreamChannel;
  /** How readers get it. */
  readonly chunking: ChunkingStrategy;
  readonly lanes: readonly LanePlan[];
  readonly rule: ReleaseRule;
  readonly io: Omit<ChannelValidationIo, 'channel' | 'toolCall'>;
  readonly sink: FlowSink;
  /** The number of the next chunk, after those that a former attempt has shown. */
  readonly firstIndex?: number | undefined;
}

/** One way of cutting the channel; its lane checks what is cut, the first one is also what readers get. */
interface Cutter {
  readonly name: string;
  readonly chunker: Chunker;
  readonly lane: CheckLane | null;
  readonly isOwn: boolean;
  lastEnd: number;
  count: number;
}

/** One channel of an attempt: cut in several ways, checked, and released as far as all have passed it. */
export class ChannelFlow implements LaneFollower {
  readonly channel: StreamChannel;
  readonly rule: ReleaseRule;
  readonly sink: FlowSink;
  readonly lanes: readonly CheckLane[];
  readonly cutters: readonly Cutter[];
  io: ChannelValidationIo;
  /** UTF-16 units that came in so far. */
  length = 0;
  /** What a former attempt has shown of it. */
  kept = 0;
  /** The stream's own chunks that were not settled yet, from `head` on. */
  readonly waiting: OwnChunk[] = [];
  head = 0;
  clearedEnd = 0;
  /** How many of `waiting` passed those who are asked about the very same chunks; all, where there are none. */
  ownPassed: number;
  lostFrom: number = Number.POSITIVE_INFINITY;

  constructor({ channel, chunking, lanes, rule, io, sink, firstIndex = 0 }: FlowInit) {
    this.channel = channel;
    this.rule = rule;
    this.sink = sink;
    this.io = { ...io, channel, toolCall: null };
    this.lanes = lanes.map((plan) => new CheckLane(plan, rule.window, this));
    const own = this.lanes.find(({ plan }) => plan.strategy === chunking) ?? null;
    this.ownPassed = own ? 0 : Number.POSITIVE_INFINITY;
    const others = this.lanes.filter((lane) => lane !== own);
    const cutter = (strategy: ChunkingStrategy, lane: CheckLane | null): Cutter => ({
      name: strategy.name,
      chunker: strategy.start(),
      lane,
      isOwn: lane === own,
      lastEnd: 0,
      count: lane === own ? firstIndex : 0,
    });
    this.cutters = [cutter(chunking, own), ...others.map((lane) => cutter(lane.plan.strategy, lane))];
  }

  /** Nothing more of it is taken. */
  get isLost(): boolean {
    return this.lostFrom < Number.POSITIVE_INFINITY;
  }

  get idle(): boolean {
    return this.lanes.every((lane) => lane.idle);
  }

  /** Goes on after a text that a former attempt has shown. */
  goOnFrom(text: string): void {
    this.kept = text.length;
    this.clearedEnd = text.length;
    this.push(text);
  }

  push(delta: string): void {
    this.length += delta.length;
    for (const cutter of this.cutters) {
      for (const segment of cutter.chunker.push(delta)) this.take(cutter, segment);
    }
    if (this.lanes.length === 0) this.release();
  }

  /** A tool call is a chunk of its own; so are others that come whole. */
  pushCall(text: string, toolCall: ModelToolCall): void {
    this.io = { ...this.io, toolCall };
    this.push(text);
  }

  /** The channel is over. Readers get a turn between two chunks, so that they can stop it. */
  async flush(): Promise<void> {
    // Chunkings may make something of nothing; that is for the text alone.
    if (this.length === 0 && this.channel !== 'text') return;
    for (const cutter of this.cutters) {
      for (const segment of cutter.chunker.flush()) {
        this.take(cutter, segment);
        await null;
      }
      // What was not taken was not checked either: it is no separator.
      if (this.isLost) return;
      cutter.lane?.end();
    }
    this.release();
  }

  take(cutter: Cutter, segment: Segment): void {
    if (this.isLost) return;
    this.check(cutter, segment);
    const { start, end } = segment;
    // A chunk that is not in the text has no place of its own: it begins where the one before ended.
    const from = start >= cutter.lastEnd && start <= end ? start : cutter.lastEnd;
    cutter.lastEnd = end;
    const kept = this.kept > 0 && end <= this.kept;
    if (cutter.isOwn && !kept) this.line(segment, from, cutter.count);
    cutter.lane?.add(segment, from, cutter.count, kept, this.io);
    if (!kept || !cutter.isOwn) cutter.count += 1;
    if (cutter.isOwn && !cutter.lane) this.release();
  }

  /** A place that is wrong would show text in `fullText` that nobody checked. */
  check({ name, lastEnd }: Cutter, { text, end }: Segment): void {
    if (typeof text === 'string' && Number.isInteger(end) && end >= lastEnd && end <= this.length) return;
    throw new TypeError(
      `chunking '${name}' gave a segment with text ${describe(text)} and end ${describe(end)}; end must be a ` +
        `place in the output, from ${lastEnd} to ${this.length}.`,
    );
  }

  /** Puts a chunk in line. Of one that a former attempt has shown the beginning of, the rest. */
  line({ text, end }: Segment, start: number, chunkIndex: number): void {
    const shown = this.kept - start;
    const rest = shown > 0 && text.length === end - start ? text.slice(shown) : text;
    const chunk = { channel: this.channel, text: rest, start: Math.max(start, this.kept), end, chunkIndex };
    this.waiting.push(chunk);
    if (this.rule.optimistic) this.sink.show(chunk);
  }

  /** A check came out: what it held back goes on. */
  release(): void {
    let frontier = this.length;
    for (const lane of this.lanes) frontier = Math.min(frontier, lane.frontier);
    for (;;) {
      const chunk = this.waiting[this.head];
      if (!chunk || this.ownPassed === 0 || chunk.end > frontier) break;
      this.head += 1;
      this.ownPassed -= 1;
      if (!this.rule.optimistic) this.sink.show(chunk);
      this.sink.settle(chunk);
    }
    if (this.head === this.waiting.length && this.head > 0) {
      this.waiting.length = 0;
      this.head = 0;
    }
    if (frontier <= this.clearedEnd) return;
    this.clearedEnd = frontier;
    this.sink.cleared(this, frontier);
  }

  /** Nothing of it is wanted any more: another channel failed, or all was stopped. */
  abandon(): void {
    this.lostFrom = Math.min(this.lostFrom, -1);
  }

  doomed(from: number): void {
    // Abandoned already: a late verdict here must not take the verdicts of the channel that failed first.
    if (this.lostFrom < 0) return;
    this.lostFrom = Math.min(this.lostFrom, from);
    this.sink.doomed(this);
  }

  settled(lane: CheckLane, entry: LaneEntry, failures: readonly LaneFailure[]): void {
    this.sink.checked(this, lane, entry, failures);
    if (lane === this.cutters[0]?.lane && !entry.kept && !lane.failed) this.ownPassed += 1;
    this.release();
  }

  broke(error: unknown): void {
    this.sink.broke(error);
  }

  rested(): void {
    this.sink.rested();
  }
}
