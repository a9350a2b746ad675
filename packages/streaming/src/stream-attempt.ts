import type { ModelOutputThunk, ModelToolCall, PartialValidationResult, Requirement } from '@melliflow/core';
import { followOutput, type GenerationEvent, linkAbort } from '@melliflow/core/implement';
import { ChannelFlow, type FlowSink, type OwnChunk } from './channel-flow.js';
import type { CheckLane, LaneEntry, LaneFailure } from './check-lane.js';
import type { AttemptPlan } from './check-plan.js';
import type { ChunkingStrategy } from './chunkers/chunking-strategy.js';
import type { Joint } from './joint.js';
import { onCancel } from './on-cancel.js';
import type { Outbox, Untimed } from './outbox.js';
import type { StreamAttemptInit } from './stream-attempt-init.js';
import type { StreamChannel } from './stream-channel.js';
import { tellsSettled } from './tells-settled.js';
import { TextQueue } from './text-queue.js';
import { wholeCalls } from './whole-calls.js';

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
  readonly _init: StreamAttemptInit<S>;
  readonly stop: AbortController = new AbortController();
  /** What `stop` says: that is asked at each delta and each check, where a signal is slow to ask. */
  isHalted = false;
  error: { readonly error: unknown } | null = null;
  /** Ends the wait for verdicts. */
  wake: () => void = () => undefined;
  /** UTF-16 units that were told while they came, of the reasoning and of the text. */
  heard = 0;
  heardText = 0;
  /** What the chunking of the text threw: it counts when the verdicts on what came before are there. */
  broken: { readonly error: unknown } | null = null;
  /** The thunk's own cancel. */
  readonly cancelThunk: (reason?: unknown) => Promise<void>;
  /** The text behind `settledEnd`. */
  readonly unsettled: TextQueue = new TextQueue();
  /** The text that was not cleared yet, if anybody wants to know, and where it begins. */
  readonly uncleared: TextQueue = new TextQueue();
  clearedEnd: number;

  constructor(init: StreamAttemptInit<S>) {
    const { number, thunk, plan, chunking, rule, validationBackend: backend, ctx, joint, firstIndex } = init;
    this._init = init;
    this.number = number;
    this.thunk = thunk;
    this.cancelThunk = onCancel(thunk, (reason) => init.cancelled(thunk, reason));
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
    if (this.stop.signal.aborted) this.halt();
    else this.stop.signal.addEventListener('abort', () => this.halt(), { once: true });
    this.outbox.onRefusal = (error) => this.broke(error);
    this.outbox.onEmpty = () => this.wake();
    try {
      const thrown = await this.follow();
      await this.rest();
      if (this.error) throw this.error.error;
      if (this._init.stop.aborted) return 'stopped';
      if (this.failures.length > 0) return 'failed';
      if (thrown) throw thrown.error;
      return this.thunk.cancelled ? 'stopped' : 'done';
    } finally {
      unlink();
      this.stop.abort();
      await this.cancelThunk();
    }
  }

  /** Nothing more of it is wanted. */
  halt(): void {
    this.isHalted = true;
    for (const flow of Object.values(this.flows)) flow.abandon();
    void this.cancelThunk();
    this.wake();
  }

  /** Takes the output as it comes; gives what it threw, for when the verdicts on what came before are there. */
  async follow(): Promise<{ error: unknown } | null> {
    const { thunk, joint } = this;
    try {
      if (joint) this.flows.text.goOnFrom(joint.kept);
      this.catchUp();
      const { hooks } = this.outbox;
      // A thunk tells it inside of its generation; what checks begin is part of the stream.
      followOutput(thunk, (event) => (hooks ? hooks.inside(() => this.hear(event)) : this.hear(event)));
      await thunk.avalue();
      if (this.isOver) return this.broken;
      if (thunk.cancelled) {
        // From outside, past its own method: nobody waits for the verdicts.
        this.stop.abort();
        return null;
      }
      const missing = thunk.partialValue.slice(this.heardText);
      if (missing !== '') this.hearText(missing);
      this.catchUp();
      if (this.broken) return this.broken;
      if (joint) this.take(joint.finish());
      for (const flow of Object.values(this.flows)) await flow.flush();
      return null;
    } catch (error) {
      return { error };
    }
  }

  get isOver(): boolean {
    return this.isDoomed || this.isHalted || this.broken !== null;
  }

  take(text: string): void {
    if (text === '' || this.isOver) return;
    this.unsettled.put(text);
    if (this._init.cleared) this.uncleared.put(text);
    this.flows.text.push(text);
  }

  /** What the model says, told while it comes: in the middle of its generation, so nothing is thrown here. */
  hear(event: GenerationEvent): void {
    if (event.type === 'text') {
      this.hearText(event.text);
      return;
    }
    if (this.isOver) return;
    try {
      if (event.type === 'thinking' && event.text !== '') {
        this.heard += event.text.length;
        this.flows.thinking.push(event.text);
      }
      if (event.type === 'tool_call') this.catchUpCalls();
    } catch (error) {
      if (!this.isDoomed) this.broke(error);
    }
  }

  hearText(delta: string): void {
    this.heardText += delta.length;
    try {
      this.take(this.joint ? this.joint.push(delta) : delta);
    } catch (error) {
      this.broken = { error };
      void this.cancelThunk();
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
    if (this.isHalted) return true;
    return this.outbox.pending === 0 && Object.values(this.flows).every((flow) => flow.idle);
  }

  rested(): void {
    if (this.isAtRest) this.wake();
  }

  broke(error: unknown): void {
    if (this.stop.signal.aborted) return;
    this.error = { error };
    this.stop.abort();
  }

  /** The generation need not go on; what the other channels did not show is not wanted any more. */
  doomed(flow: ChannelFlow): void {
    this.isDoomed = true;
    for (const other of Object.values(this.flows)) if (other !== flow) other.abandon();
    void this.cancelThunk();
  }

  checked(flow: ChannelFlow, lane: CheckLane, entry: LaneEntry, failures: readonly LaneFailure[]): void {
    this._init.judging.add(entry.results);
    if (entry.kept) return;
    const { channel, cutters } = flow;
    const isOwn = lane === cutters[0]?.lane;
    const check = {
      type: 'quick_check' as const,
      chunkIndex: entry.index,
      attempt: this.number,
      passed: failures.length === 0,
      results: Object.freeze(entry.results),
    };
    const chunking = lane.plan.strategy.name;
    if (channel === 'text' && isOwn) this.outbox.tell(check);
    else this.outbox.tell({ ...check, ...(channel !== 'text' && { channel }), ...(!isOwn && { chunking }) });
    this.failures.push(...failures);
  }

  show(chunk: OwnChunk): void {
    this.outbox.tell(this.eventOf(chunk), () => {
      this.shown[chunk.channel] = chunk.chunkIndex + 1;
      if (!this._init.rule.optimistic) this.passOn(chunk);
    });
  }

  eventOf({ channel, text, chunkIndex }: OwnChunk): Untimed {
    const attempt = this.number;
    if (channel === 'text') return { type: 'chunk', text, chunkIndex, attempt };
    if (channel === 'thinking') return { type: 'thinking', text, chunkIndex, attempt };
    const { id, name } = this.calls[chunkIndex] as ModelToolCall;
    // What was checked, not the object that the program will run: whoever reads events cannot change it.
    const { args } = JSON.parse(text) as Pick<ModelToolCall, 'args'>;
    return { type: 'tool_call', id, name, args, chunkIndex, attempt };
  }

  settle(chunk: OwnChunk): void {
    const pass = this._init.rule.optimistic ? () => this.passOn(chunk) : undefined;
    const { channel, chunkIndex } = chunk;
    if (tellsSettled(channel, this._init))
      this.outbox.tell({ type: 'settled', channel, chunkIndex, attempt: this.number }, pass);
    else if (pass) this.outbox.afterwards(pass);
  }

  passOn(chunk: OwnChunk): void {
    this.settledCount[chunk.channel] = chunk.chunkIndex + 1;
    this._init.passed();
    if (chunk.channel !== 'text') return;
    const separator = this.unsettled.take(chunk.start - this.settledEnd);
    const source = this.unsettled.take(chunk.end - Math.max(chunk.start, this.settledEnd));
    this.settledEnd = chunk.end;
    this._init.textPassed(chunk, separator, source);
  }

  cleared({ channel }: ChannelFlow, end: number): void {
    const { cleared } = this._init;
    if (!cleared || channel !== 'text') return;
    const text = this.uncleared.take(end - this.clearedEnd);
    this.clearedEnd = end;
    cleared(text);
  }
}
