import {
  type Backend,
  PartialValidationResult,
  Requirement,
  RequirementCheck,
  type StreamValidationIo,
} from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import { wholeNumber } from '../text/checked.js';
import type { Borders, GuardrailInit } from '../text/text-guardrail.js';

/** How often the judge is asked. */
export interface BatchedJudgeInit extends Omit<GuardrailInit, 'description'> {
  /** How many chunks one call judges. Default 5. */
  chunks?: number | undefined;
  /** Reads the judge's answer. Default: yes means that the requirement is met. */
  outputToBool?: Requirement['outputToBool'] | undefined;
}

/** What `batchedJudge` makes. */
class BatchedJudge extends Requirement {
  readonly chunks: number;
  readonly borders: Borders;
  readonly chunking: string | undefined;
  /** @internal The chunks that no call has judged. */
  _waiting: string[] = [];

  constructor(description: string, chunks: number, borders: Borders, init: BatchedJudgeInit) {
    super(description, { outputToBool: init.outputToBool, checkOnly: init.checkOnly });
    this.chunks = chunks;
    this.borders = borders;
    this.chunking = init.chunking;
  }

  override streamValidate(
    chunk: string,
    io: StreamValidationIo,
  ): PartialValidationResult | Promise<PartialValidationResult> {
    this._waiting.push(chunk);
    if (this._waiting.length < this.chunks) return new PartialValidationResult('unknown');
    const text = this._waiting.join(this.borders === 'space' ? ' ' : '');
    this._waiting = [];
    return this._judge(text, io);
  }

  /** @internal */
  async _judge(text: string, io: StreamValidationIo): Promise<PartialValidationResult> {
    const check = new RequirementCheck(this.description ?? '', text);
    const backend: Backend = io.backend;
    const [thunk, context] = await backend.generateFromContext(check, io.ctx, { signal: io.signal });
    const reason = await thunk.avalue();
    return new PartialValidationResult(this.outputToBool(thunk) ? 'pass' : 'fail', {
      reason,
      thunk,
      context,
    });
  }
}

/**
 * A model as judge, asked once for several chunks. The chunks before the last one of a batch are `unknown`, so a stream
 * lets them through before their call; at the end the whole output is judged once more, with what no batch held.
 *
 * @throws TypeError when there is no description, or `chunks` is no whole number from 1 up.
 *
 * @example
 * batchedJudge('The tone is friendly.', { chunks: 4 });
 */
export function batchedJudge(description: string, init: BatchedJudgeInit = {}): Requirement {
  const { chunks = 5, borders = 'space' } = init;
  if (typeof description !== 'string' || description.trim() === '')
    throw new TypeError(`description must say what is judged, got ${describe(description)}.`);
  if (borders !== 'space' && borders !== 'none')
    throw new TypeError(`borders must be 'space' or 'none', got ${describe(borders)}.`);
  return new BatchedJudge(description, wholeNumber('chunks', chunks, 1), borders, init);
}
