import type { GenerationMetadata, HookContext, ModelOutputThunk, TokenUsage } from '@melliflow/core';
import { describe, log } from '@melliflow/core/implement';
import type { AnyHook } from '../hook.js';
import { Plugin } from '../plugin.js';
import { onFinished } from './finished-call.js';
import { spentShare } from './spent-share.js';

/** What a model costs: per million tokens, or by a function where the provider reckons otherwise. */
export type Price =
  | { readonly inputPerMillion: number; readonly outputPerMillion: number }
  | ((usage: TokenUsage) => number);

/** What is reckoned with. */
export interface CostInit {
  /** By `model`, or `provider/model` where two providers have one of that name; in whatever currency. */
  prices: Readonly<Record<string, Price>>;
  /** Told of every call's cost. */
  onCost?:
    | ((cost: number, call: { generationId: string; model: string; usage: TokenUsage }) => void)
    | undefined;
  /** For errors and logs. Default `cost`. */
  name?: string | undefined;
}

/** Adds up what calls cost. */
export class CostMeter extends Plugin {
  override readonly name: string;
  readonly prices: Readonly<Record<string, Price>>;
  readonly onCost: CostInit['onCost'];
  /** So far, of calls that failed too, as far as the provider told their usage. */
  total = 0;
  readonly byModel: Map<string, number> = new Map();
  /** @internal Models without a price: each is told once. */
  readonly _unknown: Set<string> = new Set();

  /** @throws TypeError when a price is none. */
  constructor({ prices, onCost, name = 'cost' }: CostInit) {
    super();
    for (const [model, price] of Object.entries(prices)) {
      if (isPrice(price)) continue;
      throw new TypeError(
        `cost: prices['${model}'] must be { inputPerMillion, outputPerMillion } or a function, got ${describe(price)}.`,
      );
    }
    this.name = name;
    this.prices = { ...prices };
    this.onCost = onCost;
  }

  override hooks(): readonly AnyHook[] {
    return onFinished(
      ({ generationId, outputs }, context) => {
        for (const output of outputs) this._add(generationId, output, context);
      },
      { mode: 'audit' },
    );
  }

  /** @internal */
  _add(generationId: string, { generation }: ModelOutputThunk<unknown>, asked: HookContext): void {
    const { usage } = generation;
    if (!usage) return;
    const model = generation.model ?? asked.modelId ?? 'unknown';
    const key = priceNames(generation, asked).find((name) => Object.hasOwn(this.prices, name));
    if (key === undefined) {
      if (!this._unknown.has(model))
        log('warn', `${this.name}: no price for model ${model}, it counts as 0.`);
      this._unknown.add(model);
      return;
    }
    const cost = costOf(usage, this.prices[key] as Price) * spentShare(usage);
    this.total += cost;
    this.byModel.set(model, (this.byModel.get(model) ?? 0) + cost);
    this.onCost?.(cost, { generationId, model, usage });
  }
}

/**
 * A plugin that reckons what calls cost, from a table of your own.
 *
 * @throws TypeError when a price is none.
 *
 * @example
 * const meter = cost({ prices: { 'gpt-x': { inputPerMillion: 2, outputPerMillion: 8 } } });
 * register(meter);
 */
export function cost(init: CostInit): CostMeter {
  return new CostMeter(init);
}

/**
 * Under which names a price is looked for, nearest first: those of who answered, then those of who was asked, since
 * providers answer by the name of a version. Where another backend stepped in, the price of who was asked is not its.
 */
function priceNames(
  { provider, model, warnings }: GenerationMetadata,
  { provider: askedProvider, modelId }: HookContext,
): string[] {
  const namesOf = (who: string | null, name: string | null): string[] =>
    name === null ? [] : [`${who}/${name}`, name];
  const names = namesOf(provider ?? askedProvider, model);
  const isOther = warnings.some(({ option }) => option === 'fallback');
  return isOther && model !== null ? names : [...names, ...namesOf(askedProvider, modelId)];
}

function costOf(usage: TokenUsage, price: Price): number {
  if (typeof price === 'function') return price(usage);
  const { inputPerMillion, outputPerMillion } = price;
  return (usage.promptTokens * inputPerMillion + usage.completionTokens * outputPerMillion) / 1_000_000;
}

function isPrice(price: Price | undefined): boolean {
  if (typeof price === 'function') return true;
  return Number.isFinite(price?.inputPerMillion) && Number.isFinite(price?.outputPerMillion);
}
