import type { ScriptedReply } from '@melliflow/backend-conformance/servers';
import { type Backend, MelliflowError } from '@melliflow/core';
import { BrokenRule, mustHold } from './broken-rule.js';
import { type Chance, chanceOf } from './chance.js';
import { type Bend, someBend } from './faults.js';
import type { Provider } from './providers.js';
import { promptOf, type Script } from './script.js';
import { inPieces, someText } from './texts.js';
import type { Voice } from './voice.js';

/** What a prompt is answered with. */
export interface Question {
  readonly prompt: string;
  readonly text: string;
  readonly harm: Bend['harm'];
}

/** How a program leaves what it began, after so many turns of the event loop; null: it stays. */
export type Leaving = { readonly by: 'cancel' | 'signal' | 'dispose'; readonly turns: number } | null;

/** What lives as long as the soak. */
export interface Surroundings {
  readonly seed: number;
  readonly script: Script;
  readonly providers: readonly Provider[];
  /** Null where no kind asks it. */
  readonly voice: Voice | null;
  /** As that of a server which shuts down one day: every operation listens to it. */
  readonly life: AbortSignal;
}

/** One thing that a program does: all of it follows from the seed and the number. */
export class Operation {
  readonly number: number;
  readonly chance: Chance;
  readonly provider: Provider;
  readonly script: Script;
  readonly voice: Voice | null;
  readonly leaving: Leaving;
  /** What is given to every call. */
  readonly signal: AbortSignal;
  /** Whether a plugin refused something. */
  isRefused = false;
  /** @internal */
  readonly _own: AbortController = new AbortController();
  /** @internal */
  readonly _questions: Question[] = [];

  constructor(number: number, { seed, script, providers, voice, life }: Surroundings) {
    this.number = number;
    this.chance = chanceOf(seed, number);
    this.provider = this.chance.pick(providers);
    this.script = script;
    this.voice = voice;
    const by = this.chance.pick(['cancel', 'signal', 'dispose'] as const);
    const turns = this.chance.below(this.chance.pick([1, 10, 60, 300]));
    this.leaving = this.chance.happens(0.25) ? { by, turns } : null;
    this.signal = this.leaving?.by === 'signal' ? this._own.signal : life;
  }

  /** A new prompt, and what its server says to it: a text, or these pieces, after these replies. */
  ask(given: { readonly text?: string; readonly before?: readonly ScriptedReply[] } = {}): Question {
    const { chance } = this;
    const text = given.text ?? someText(chance, 1 + chance.below(chance.happens(0.1) ? 120 : 15));
    const deltas = inPieces(text, chance);
    const { fault, harm } = someBend(chance, deltas.length);
    const name = `${this.number}.${this._questions.length}`;
    const bent: ScriptedReply = { deltas, fault };
    const plain: ScriptedReply = { deltas };
    const answers = harm === 'again' || chance.happens(0.3) ? [bent, plain] : [bent];
    this.script.set(name, [...(given.before ?? []), ...answers]);
    const question = { prompt: promptOf(name), text, harm };
    this._questions.push(question);
    return question;
  }

  /** Who is asked: where nothing will come, somebody who does not wait, unless the operation is left anyway. */
  get backend(): Backend {
    const { impatient, patient } = this.provider;
    return this.leaving === null && this._questions.some(({ harm }) => harm === 'stall')
      ? impatient
      : patient;
  }

  /** Whether all must come whole: nothing worse was scripted than what is mended, and nobody left. */
  get mustSucceed(): boolean {
    return (
      this.leaving === null &&
      !this.isRefused &&
      this._questions.every(({ harm }) => harm === 'mild' || harm === 'again')
    );
  }

  /** For what can be left by its signal only. */
  get ownSignal(): AbortSignal {
    return this.leaving === null ? this.signal : this._own.signal;
  }

  /** Aborts the own signal. */
  async abort(): Promise<void> {
    this._own.abort(new Error('the program left'));
  }

  /** Leaves at its time; `cancel` is what ends the generation, where there is one. */
  async leave(cancel: (by: 'cancel' | 'dispose') => Promise<unknown>): Promise<void> {
    if (this.leaving === null) return;
    await turns(this.leaving.turns);
    if (this.leaving.by === 'signal') await this.abort();
    else await cancel(this.leaving.by);
  }

  /** The outcome by what came of it. @throws BrokenRule when the text is another than the server's. */
  outcomeOf(text: string, question: Question, isWhole: boolean): Outcome {
    const isRight = isWhole ? text === question.text : question.text.startsWith(text);
    const told = (): string => `got ${show(text)}, the server was told to send ${show(question.text)}`;
    mustHold(isRight, 'text', told);
    mustHold(isWhole || this.leaving !== null, 'whole', () => `nobody left, but ${told()}`);
    return isWhole ? 'whole' : 'left';
  }

  /** The outcome of an error. @throws BrokenRule for one that is not of ours, or that nothing explains. */
  failed(error: unknown): Outcome {
    if (error instanceof BrokenRule) throw error;
    mustHold(MelliflowError.is(error), 'error class', () => `${(error as Error)?.stack ?? error}`);
    mustHold(!this.mustSucceed, 'no error without cause', () => `${error.code}: ${error.message}`);
    return error.code;
  }
}

/** What stands around the backend of an operation. */
export type Wrap = (backend: Backend) => Backend;

export const asItIs: Wrap = (backend) => backend;

/** `whole`, `left`, or the code of the error. */
export type Outcome = string;

/** Lets the event loop turn so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function show(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}… (${text.length} in all)` : text);
}
