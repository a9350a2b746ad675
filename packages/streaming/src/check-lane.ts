import { PartialValidationResult, type Requirement } from '@melliflow/core';
import { verdictOf } from './ask-requirement.js';
import type { LaneMember, LanePlan } from './check-plan.js';
import type { Segment } from './chunkers/chunking-strategy.js';
import type { ChannelValidationIo } from './stream-channel.js';

/** A chunk under check. */
export interface LaneEntry {
  readonly segment: Segment;
  /** Where the text begins that hangs on it. */
  readonly from: number;
  readonly index: number;
  /** A former attempt has shown it: those with state are shown it again, and their verdicts change nothing. */
  readonly kept: boolean;
  readonly io: ChannelValidationIo;
  readonly results: PartialValidationResult[];
  /** How many verdicts are missing. */
  open: number;
}

/** Whom a lane tells what came out. */
export interface LaneFollower {
  /** What begins behind it is not wanted any more. Infinity while all is. */
  readonly lostFrom: number;
  /** A verdict is `fail`, on a chunk on which the text from there on hangs. */
  doomed(from: number): void;
  /** All verdicts on a chunk are there; chunks come in order. */
  settled(lane: CheckLane, entry: LaneEntry, failures: readonly LaneFailure[]): void;
  broke(error: unknown): void;
  /** A verdict was worked in: perhaps nothing is left to wait for. */
  rested(): void;
}

/** Who failed a chunk, and what was said. */
export type LaneFailure = [Requirement, PartialValidationResult];

const none: readonly LaneFailure[] = [];
const unasked = new PartialValidationResult('unknown');

/**
 * Requirements that are asked about the same chunks. At most `window` chunks are under check at once, and they come
 * out in order. A clone with state is asked about one after the other; the clones do not wait for one another.
 */
export class CheckLane {
  readonly plan: LanePlan;
  readonly window: number;
  readonly follower: LaneFollower;
  /** The chunks that did not come out yet, from `head` on; those before are done. */
  entries: LaneEntry[] = [];
  head = 0;
  /** Of each member: which of `entries` it is asked about next, and whether it is asked just now. */
  readonly next: number[];
  readonly busy: number[];
  passedEnd = 0;
  over = false;
  failed = false;

  constructor(plan: LanePlan, window: number, follower: LaneFollower) {
    this.plan = plan;
    this.window = window;
    this.follower = follower;
    this.next = plan.members.map(() => 0);
    this.busy = plan.members.map(() => 0);
  }

  /** Up to where the text has passed, as far as this lane is concerned. */
  get frontier(): number {
    const first = this.entries[this.head];
    if (first) return first.from;
    return this.over && !this.failed ? Number.POSITIVE_INFINITY : this.passedEnd;
  }

  /** Whether there is nothing to wait for. */
  get idle(): boolean {
    const first = this.entries[this.head];
    return first === undefined || first.from > this.follower.lostFrom;
  }

  add(segment: Segment, from: number, index: number, kept: boolean, io: ChannelValidationIo): void {
    const open = this.plan.members.length;
    this.entries.push({ segment, from, index, kept, io, results: [], open });
    this.pump();
  }

  /** No chunk comes any more: what lies behind the last one is separator. */
  end(): void {
    this.over = true;
  }

  pump(): void {
    do {
      for (let j = 0; j < this.busy.length; j += 1) while (this.mayAsk(j)) this.ask(j);
    } while (this.settleFirst());
  }

  mayAsk(j: number): boolean {
    const at = this.next[j] as number;
    const entry = this.entries[at];
    if (!entry || at >= this.head + this.window) return false;
    return entry.from <= this.follower.lostFrom && (this.busy[j] === 0 || this.member(j).stateless);
  }

  ask(j: number): void {
    const at = this.next[j] as number;
    const entry = this.entries[at] as LaneEntry;
    const { requirement, stateless } = this.member(j);
    this.next[j] = at + 1;
    const verdict = entry.kept && stateless ? unasked : verdictOf(requirement, entry.segment.text, entry.io);
    if (!(verdict instanceof Promise)) {
      this.take(entry, j, verdict);
      return;
    }
    this.busy[j] = (this.busy[j] as number) + 1;
    verdict
      .then((later) => {
        this.busy[j] = (this.busy[j] as number) - 1;
        this.take(entry, j, later);
        this.pump();
        this.follower.rested();
      })
      .catch((error) => {
        // A chunk that is not wanted any more changes nothing: what failed before it is decided.
        if (entry.from > this.follower.lostFrom) this.follower.rested();
        else this.follower.broke(error);
      });
  }

  member(j: number): LaneMember {
    return this.plan.members[j] as LaneMember;
  }

  take(entry: LaneEntry, j: number, verdict: PartialValidationResult): void {
    entry.results[j] = verdict;
    entry.open -= 1;
    if (!entry.kept && isFail(verdict)) this.follower.doomed(entry.from);
  }

  /** Lets the first chunk out when its verdicts are there. */
  settleFirst(): boolean {
    const entry = this.entries[this.head];
    if (!entry || entry.open > 0 || this.idle) return false;
    const failures = this.failuresOf(entry);
    this.failed = failures.length > 0;
    if (this.failed) this.entries.length = this.head + 1;
    else this.passedEnd = Math.max(this.passedEnd, entry.segment.end);
    this.head += 1;
    if (this.head === this.entries.length) this.forget();
    this.follower.settled(this, entry, failures);
    return !this.failed;
  }

  /** All came out: the entries start anew. */
  forget(): void {
    this.entries.length = 0;
    this.head = 0;
    this.next.fill(0);
  }

  /** Which of the lane's requirements a chunk does not meet; a chunk of a former attempt meets all. */
  failuresOf({ kept, results }: LaneEntry): readonly LaneFailure[] {
    if (kept || !results.some(isFail)) return none;
    return results.flatMap((result, j): LaneFailure[] =>
      isFail(result) ? [[this.member(j).requirement, result]] : [],
    );
  }
}

function isFail({ success }: PartialValidationResult): boolean {
  return success === 'fail';
}
