import type { Requirement } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { type ChunkingName, resolveChunking } from './chunkers/chunking-names.js';
import type { ChunkingStrategy } from './chunkers/chunking-strategy.js';
import type { StreamChannel, StreamingTraits } from './stream-channel.js';
import { wholeCalls } from './whole-calls.js';

/** A clone that is asked about one channel. */
export interface LaneMember {
  readonly requirement: Requirement;
  readonly stateless: boolean;
}

/** Those who are asked about the same chunks of a channel. */
export interface LanePlan {
  readonly channel: StreamChannel;
  readonly strategy: ChunkingStrategy;
  /** In the order of the requirements. */
  readonly members: LaneMember[];
}

/** The clones of one attempt. */
export interface AttemptPlan {
  readonly lanes: readonly LanePlan[];
  /** Who is asked about the whole output: one clone of each, in order. */
  readonly judges: readonly Requirement[];
}

interface Asked {
  readonly requirement: Requirement;
  readonly strategy: ChunkingStrategy;
  readonly channels: readonly StreamChannel[];
  readonly stateless: boolean;
}

const channels: readonly StreamChannel[] = ['text', 'thinking', 'tool_call'];

/** Who is asked about what, read once for all attempts of a stream. */
export class CheckPlan {
  readonly chunking: ChunkingStrategy;
  readonly asked: readonly Asked[];

  /** @throws TypeError for what is no requirement, or says what is no chunking or channel. */
  constructor(chunking: ChunkingName | ChunkingStrategy, requirements: readonly Requirement[]) {
    const known = new Map<unknown, ChunkingStrategy>();
    const resolve = (given: ChunkingName | ChunkingStrategy): ChunkingStrategy => {
      const strategy = known.get(given) ?? resolveChunking(given);
      known.set(given, strategy);
      return strategy;
    };
    this.chunking = resolve(chunking);
    this.asked = requirements.map((requirement, index) => {
      checkRequirement(requirement, index);
      const traits = requirement as StreamingTraits;
      return {
        requirement,
        strategy: resolve(traits.chunking ?? chunking),
        channels: checkedChannels(traits.channels, index),
        stateless: traits.stateless === true,
      };
    });
  }

  /** New clones, and the lanes that they are asked in. */
  attempt(): AttemptPlan {
    const lanes: LanePlan[] = [];
    const judges = this.asked.map(({ requirement, strategy, channels, stateless }) => {
      const clones = channels.map((channel) => {
        const clone = requirement.clone();
        const cut = channel === 'tool_call' ? wholeCalls : strategy;
        laneFor(lanes, channel, cut).members.push({ requirement: clone, stateless });
        return [channel, clone] as const;
      });
      return (clones.find(([channel]) => channel === 'text') ?? clones[0])?.[1] ?? requirement.clone();
    });
    return { lanes, judges };
  }
}

function laneFor(lanes: LanePlan[], channel: StreamChannel, strategy: ChunkingStrategy): LanePlan {
  const known = lanes.find((one) => one.channel === channel && one.strategy === strategy);
  if (known) return known;
  const lane = { channel, strategy, members: [] };
  lanes.push(lane);
  return lane;
}

function checkRequirement(requirement: Requirement, index: number): void {
  const { clone, streamValidate, validate } = (requirement ?? {}) as Partial<Requirement>;
  if ([clone, streamValidate, validate].every((method) => typeof method === 'function')) return;
  throw new TypeError(
    `requirements[${index}] must be a Requirement, got ${describe(requirement)}; req('…') of @melliflow/stdlib makes one.`,
  );
}

function checkedChannels(
  given: readonly StreamChannel[] | undefined,
  index: number,
): readonly StreamChannel[] {
  if (given === undefined) return ['text'];
  if (Array.isArray(given) && given.every((one) => channels.includes(one))) return [...new Set(given)];
  throw new TypeError(
    `requirements[${index}].channels must be an array of ${channels.map((one) => `'${one}'`).join(', ')}, got ` +
      `${describe(given)}.`,
  );
}
