import { PartialValidationResult, Requirement, ValidationResult } from '@melliflow/core';
import { describe } from '@melliflow/core/implement';
import type { Rule } from './rule.js';

/**
 * What lay between two chunks: a stream gives requirements the chunks without their separators. `space` suits
 * sentences, words, paragraphs and lines; `none` suits chunkers that leave nothing out.
 */
export type Borders = 'space' | 'none';

/** What every guardrail takes. */
export interface GuardrailInit {
  /** What the model that writes is told. Default: what is checked, in plain words. */
  description?: string | undefined;
  /** Checked, but never shown to the model that writes. */
  checkOnly?: boolean | undefined;
  /** What stood between two chunks. Default `space`. */
  borders?: Borders | undefined;
  /** The name of the chunking in which a stream is shown to it. Default: that of the stream. */
  chunking?: string | undefined;
}

const SPACE = 0x20;

/**
 * A requirement that reads the text unit by unit, in a stream and as a whole by the same rule. On a chunk it says
 * `fail` when no continuation can mend the text, `pass` when the text could end there, else `unknown`.
 */
export class TextGuardrail extends Requirement {
  readonly borders: Borders;
  /** How a stream is cut for it; undefined: as for its readers. */
  readonly chunking: string | undefined;
  /** @internal */
  readonly _rule: Rule;
  /** @internal */
  _state: unknown;
  /** @internal Whether a chunk has come. */
  _begun = false;
  /** @internal The reason of the first failure: what failed once stays failed. */
  _fault: string | null = null;

  /** @throws TypeError when `rule` is no rule, or `borders` none of its values. */
  constructor(description: string, rule: Rule, init: GuardrailInit = {}) {
    const { borders = 'space' } = init;
    const { start, read, end } = (rule ?? {}) as Partial<Rule>;
    if (![start, read, end].every((method) => typeof method === 'function'))
      throw new TypeError(`rule must have functions start, read and end, got ${describe(rule)}.`);
    if (borders !== 'space' && borders !== 'none')
      throw new TypeError(`borders must be 'space' or 'none', got ${describe(borders)}.`);
    super(init.description ?? description, {
      checkOnly: init.checkOnly,
      validationFn: async (ctx) => {
        const output = ctx.lastOutput();
        if (output === null) return new ValidationResult(false, { reason: 'There is no output.' });
        const reason = await wholeFault(rule, await output.avalue());
        return new ValidationResult(reason === null, { reason });
      },
    });
    this.borders = borders;
    this.chunking = init.chunking;
    this._rule = rule;
    this._state = rule.start();
  }

  /** The verdict on all chunks so far; the reason says what is wrong and never quotes the text. */
  override streamValidate(chunk: string): PartialValidationResult | Promise<PartialValidationResult> {
    const { _rule: rule } = this;
    if (rule.load === undefined || this._begun) return this._verdict(chunk);
    return rule.load().then(() => this._verdict(chunk));
  }

  /** A copy that goes on from here on its own. */
  override clone(): this {
    const copy = super.clone();
    copy._state = structuredClone(this._state);
    return copy;
  }

  /** @internal */
  _verdict(chunk: string): PartialValidationResult {
    this._fault ??= this._read(chunk);
    if (this._fault !== null) return new PartialValidationResult('fail', { reason: this._fault });
    const { _rule: rule, _state: state } = this;
    const couldEnd = rule.couldEnd ? rule.couldEnd(state) : rule.end(state) === null;
    return new PartialValidationResult(couldEnd ? 'pass' : 'unknown');
  }

  /** @internal */
  _read(chunk: string): string | null {
    const { _rule: rule, _state: state, borders } = this;
    if (chunk === '') return null;
    const before = this._begun && borders === 'space' ? rule.read(state, SPACE) : null;
    this._begun = true;
    const reason = before ?? readAll(rule, state, chunk);
    return reason ?? (borders === 'space' ? (rule.border?.(state) ?? null) : null);
  }
}

/**
 * The settings of a guardrail to which all white space counts: it is shown every character, whatever the chunking of the
 * stream. Who says `borders: 'space'` has other chunks for it.
 */
export function everyCharacter(init: GuardrailInit): GuardrailInit {
  const chunking = init.chunking ?? (init.borders === 'space' ? undefined : 'delta');
  const borders = init.borders ?? (chunking === 'delta' ? 'none' : 'space');
  return { ...init, chunking, borders };
}

function readAll(rule: Rule, state: unknown, text: string): string | null {
  for (let i = 0; i < text.length; i += 1) {
    const reason = rule.read(state, text.charCodeAt(i));
    if (reason !== null) return reason;
  }
  return null;
}

async function wholeFault(rule: Rule, text: string): Promise<string | null> {
  await rule.load?.();
  const state = rule.start();
  return readAll(rule, state, text) ?? rule.end(state);
}
