import type {
  Backend,
  Context,
  ModelOutputThunk,
  ModelToolCall,
  PartialValidationResult,
  Requirement,
} from '@melliflow/core';
import { followOutput, type GenerationEvent, linkAbort } from '@melliflow/core/implement';
import { ChannelFlow, type FlowSink, type OwnChunk } from './channel-flow.js';
import { type CheckLane, failuresOf, type LaneEntry } from './check-lane.js';
import type { AttemptPlan } from './check-plan.js';
import type { ChunkingStrategy } from './chunkers/chunking-strategy.js';
import type { Joint } from './joint.js';
import type { Outbox, Untimed } from './outbox.js';
import type { ReleaseRule } from './release-mode.js';
import type { StreamChannel } from './stream-channel.js';
import { TextQueue } from './text-queue.js';
import { wholeCalls } from './whole-calls.js';

/** What an attempt is made of. */
export interface AttemptInit<S> {
  readonly number: number;
  readonly thunk: ModelOutputThunk<S>;
  readonly plan: AttemptPlan;
  readonly chunking: ChunkingStrategy;
  readonly rule: ReleaseRule;
  readonly validationBackend: Backend;
  /** The context with the action. */
  readonly ctx: Context;
  /** Aborts when the whole stream stops. */
  readonly stop: AbortSignal;
  readonly outbox: Outbox;
  /** Told of a chunk of the text that passed, and of what stands between the one before and it. */
  readonly passed: (chunk: OwnChunk, separator: string) => void;
  /** Told of whatever readers of events get. */
  readonly shown: () => void;
  /** Told of text that passed, wherever chunks end. */
  readonly cleared: ((text: string) => void) | null;
  /** Puts the continuation behind the kept text; null for a text of its own. */
  readonly joint: Joint | null;
  /** How many chunks former attempts have shown, of those that stand. */
  readonly firstIndex: number;
}

/** How an attempt can end by itself; an error is thrown. */
export type AttemptEnd = 'done' | 'failed' | 'stopped';

/** One generation: its channels are cut, checked and released until it ends or fails. */
export class StreamAttempt<S> implements FlowSink {
  readonly number: number;
  readonly thunk: ModelOutputThunk<S>;
  readonly plan: AttemptPlan;
  readonly outbox: Outbox;
  readonly joint: Joint | null;
  readonly flows: Readonly<Record<StreamChannel, ChannelFlow>>;
  readonly failures: [Requirement, PartialValidationResult][] = [];
  readonly startedAt: number = performance.now();
  /** A check failed, or will when its other verdicts are there. */
  isDoomed = false;
  /** Where the last settled chunk ends in the text. */
  settledEnd: number;
  /** How many chunks of each channel readers of events have. */
  readonly shown: Record<StreamChannel, number>;
  /** How many of them passed. */
  readonly settledCount: Record<StreamChannel, number>;
  readonly calls: ModelToolCall[] = [];
  /** @internal */
  readonly _init: AttemptInit<S>;
  readonly stop: AbortController = new AbortController();
  error: { readonly error: unknown } | null = null;
  /** Ends the wait for verdicts. */
  wake: () => void = () => undefined;
  /** UTF-16 units of the reasoning that were told while it came. */
  heard = 0;
  /** The text behind `settledEnd`. */
  readonly unsettled: TextQueue = new TextQueue();
  /** The text that was not cleared yet, if anybody wants to know, and where it begins. */
  readonly uncleared: TextQueue = new TextQueue();
  clearedEnd: number;

  constructor(init: AttemptInit<S>) {
    const { number, thunk, plan, chunking, rule, validationBackend: backend, ctx, joint, firstIndex } = init;
    this._init = init;
    this.number = number;
    this.thunk = thunk;
    this.plan = plan;
    this.outbox = init.outbox;
    this.joint = joint;
    this.settledEnd = joint?.kept.length ?? 0;
    this.shown = { text: firstIndex, thinking: 0, tool_call: 0 };
    this.settledCount = { ...this.shown };
    this.clearedEnd = this.settledEnd;
    const io = { backend, ctx, signal: this.stop.signal };
    const flow = (channel: StreamChannel, cut: ChunkingStrategy, first: number): ChannelFlow =>
      new ChannelFlow({
        channel,
        chunking: cut,
        lanes: plan.lanes.filter((lane) => lane.channel === channel),
        rule,
        io,
        sink: this,
        firstIndex: first,
      });
    this.flows = {
      thinking: flow('thinking', chunking, 0),
      text: flow('text', chunking, firstIndex),
      tool_call: flow('tool_call', wholeCalls, 0),
    };
  }

  /** The output so far, with what was kept of former attempts; unvalidated. */
  get text(): string {
    return this.joint?.text ?? this.thunk.partialValue;
  }

  /** Runs to an end of its own. @throws What the backend, a chunking, a validator or a plugin threw. */
  async run(): Promise<AttemptEnd> {
    const unlink = linkAbort(this._init.stop, this.stop);
    const wakeUp = (): void => this.wake();
    this.stop.signal.addEventListener('abort', wakeUp, { once: true });
    this.outbox.onRefusal = (error) => this.broke(error);
    this.outbox.onEmpty = wakeUp;
    try {
      const thrown = await this.follow();
      await this.rest();
      if (this.error) throw this.error.error;
      if (this._init.stop.aborted) return 'stopped';
      if (this.failures.length > 0) return 'failed';
      if (thrown) throw thrown.error;
      return this.thunk.cancelled ? 'stopped' : 'done';
    } finally {
      this.stop.signal.removeEventListener('abort', wakeUp);
      unlink();
      this.stop.abort();
      await this.thunk.cancelGeneration();
    }
  }

  /** A thunk that is cancelled from outside ends the attempt, also while a validator is waited for. */
  async watch(): Promise<void> {
    const over = (): void => {
      if (this.thunk.cancelled && !this.isDoomed) this.stop.abort();
    };
    await this.thunk.avalue().then(over, over);
  }

  /** Takes the output as it comes; gives what it threw, for when the verdicts on what came before are there. */
  async follow(): Promise<{ error: unknown } | null> {
    const { thunk, joint } = this;
    void this.watch();
    try {
      if (joint) this.flows.text.goOnFrom(joint.kept);
      this.catchUp();
      followOutput(thunk, (event) => this.hear(event));
      for await (const delta of thunk) {
        if (this.isOver) return null;
        this.take(joint ? joint.push(delta) : delta);
      }
      if (joint) this.take(joint.end());
      this.catchUp();
      if (!thunk.cancelled) for (const flow of Object.values(this.flows)) await flow.flush();
      return null;
    } catch (error) {
      return { error };
    }
  }

  get isOver(): boolean {
    return this.stop.signal.aborted || this.isDoomed;
  }

  take(text: string): void {
    if (text === '' || this.isOver) return;
    this.unsettled.put(text);
    if (this._init.cleared) this.uncleared.put(text);
    this.flows.text.push(text);
  }

  /** Reasoning and tool calls, told while they come. */
  hear(event: GenerationEvent): void {
    if (this.isOver) return;
    try {
      if (event.type === 'thinking' && event.text !== '') {
        this.heard += event.text.length;
        this.flows.thinking.push(event.text);
      }
      if (event.type === 'tool_call') this.catchUpCalls();
    } catch (error) {
      this.broke(error);
    }
  }

  /** What was said before anybody could listen. */
  catchUp(): void {
    const missing = this.thunk.thinking?.slice(this.heard) ?? '';
    if (missing !== '') this.hear({ type: 'thinking', text: missing });
    this.catchUpCalls();
  }

  catchUpCalls(): void {
    for (const call of this.thunk.toolCalls?.slice(this.calls.length) ?? []) {
      if (this.isOver) return;
      this.calls.push(call);
      this.flows.tool_call.pushCall(JSON.stringify({ name: call.name, args: call.args }), call);
    }
  }

  /** Until every verdict that is still wanted is there, and all is told. */
  async rest(): Promise<void> {
    while (!this.isAtRest) {
      await new Promise<void>((wake) => {
        this.wake = wake;
      });
    }
  }

  get isAtRest(): boolean {
    if (this.stop.signal.aborted) return true;
    return this.outbox.pending === 0 && Object.values(this.flows).every((flow) => flow.idle);
  }

  rested(): void {
    if (this.isAtRest) this.wake();
  }

  broke(error: unknown): void {
    if (this.stop.signal.aborted) return;
    this.error = { error };
    this.stop.abort();
    void this.thunk.cancelGeneration();
  }

  /** The generation need not go on; what the other channels did not show is not wanted any more. */
  doomed(flow: ChannelFlow): void {
    this.isDoomed = true;
    for (const other of Object.values(this.flows)) if (other !== flow) other.abandon();
    void this.thunk.cancelGeneration();
  }

  checked({ channel, cutters }: ChannelFlow, lane: CheckLane, entry: LaneEntry): void {
    if (entry.kept) return;
    const failures = failuresOf(lane, entry);
    const isOwn = lane === cutters[0]?.lane;
    this.outbox.tell({
      type: 'quick_check',
      chunkIndex: entry.index,
      attempt: this.number,
      passed: failures.length === 0,
      results: entry.results,
      ...(channel !== 'text' && { channel }),
      ...(!isOwn && { chunking: lane.plan.strategy.name }),
    });
    this.failures.push(...failures);
  }

  show(chunk: OwnChunk): void {
    const { rule, shown } = this._init;
    this.outbox.tell(this.eventOf(chunk), () => {
      this.shown[chunk.channel] = chunk.chunkIndex + 1;
      shown();
      if (!rule.optimistic) this.passOn(chunk);
    });
  }

  eventOf({ channel, text, chunkIndex }: OwnChunk): Untimed {
    const attempt = this.number;
    if (channel === 'text') return { type: 'chunk', text, chunkIndex, attempt };
    if (channel === 'thinking') return { type: 'thinking', text, chunkIndex, attempt };
    const { id, name, args } = this.calls[chunkIndex] as ModelToolCall;
    return { type: 'tool_call', id, name, args, chunkIndex, attempt };
  }

  settle(chunk: OwnChunk): void {
    if (this._init.rule.optimistic) this.outbox.afterwards(() => this.passOn(chunk));
  }

  passOn(chunk: OwnChunk): void {
    this.settledCount[chunk.channel] = chunk.chunkIndex + 1;
    if (chunk.channel !== 'text') return;
    const separator = this.unsettled.take(chunk.start - this.settledEnd);
    this.unsettled.take(chunk.end - Math.max(chunk.start, this.settledEnd));
    this.settledEnd = chunk.end;
    this._init.passed(chunk, separator);
  }

  cleared({ channel }: ChannelFlow, end: number): void {
    const { cleared } = this._init;
    if (!cleared || channel !== 'text') return;
    const text = this.uncleared.take(end - this.clearedEnd);
    this.clearedEnd = end;
    // Plugins may still refuse what was told before.
    this.outbox.afterwards(() => cleared(text));
  }
}
