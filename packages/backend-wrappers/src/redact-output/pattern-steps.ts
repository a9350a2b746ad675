/** One piece of an expression, or a group of pieces, with how often it comes. */
export interface Step {
  /** An escape, a class or a character; of a group, its opening. */
  readonly source: string;
  /** What a group has within. */
  readonly body: Choices | null;
  readonly quantifier: string;
}

/** The sequences of steps between which `|` stands. */
export type Choices = readonly (readonly Step[])[];

const quantifier = /[*+?]\??|\{\d+(?:,\d*)?\}\??/y;

/** One piece of a source: an escape, a class, the opening of a group, or a character. */
function pieceOf(isUnicode: boolean): RegExp {
  const braced = isUnicode ? 'u\\{[^}]*\\}|[pP]\\{[^}]*\\}|' : '';
  const escaped = `\\\\(?:${braced}u[\\dA-Fa-f]{4}|x[\\dA-Fa-f]{2}|c[A-Za-z]|0\\d*|[\\s\\S])`;
  const group = '\\((?:\\?(?:[:=!]|<[=!]|<[^>]+>|[a-z-]*:))?';
  return new RegExp(
    `${escaped}|\\[(?:\\\\[\\s\\S]|[^\\]\\\\])*\\]|${group}|[\\s\\S]`,
    isUnicode ? 'uy' : 'y',
  );
}

/** Reads an expression; not one with the flag `v`, whose classes are written otherwise. */
export function stepsOf({ source, flags }: RegExp): Choices {
  const piece = pieceOf(flags.includes('u'));
  let at = 0;
  const take = (syntax: RegExp): string => {
    syntax.lastIndex = at;
    const taken = syntax.exec(source)?.[0] ?? '';
    at += taken.length;
    return taken;
  };
  const choices = (): Choices => {
    const all: Step[][] = [[]];
    while (at < source.length) {
      const next = take(piece);
      if (next === ')') break;
      if (next === '|') all.push([]);
      else {
        const body = next.startsWith('(') ? choices() : null;
        all.at(-1)?.push({ source: next, body, quantifier: take(quantifier) });
      }
    }
    return all;
  };
  return choices();
}

/** Whether a step, or one within it, is of that kind. */
export function someStep(choices: Choices, is: (step: Step) => boolean): boolean {
  return choices.flat().some((step) => is(step) || (step.body !== null && someStep(step.body, is)));
}

/** Whether a step refers to what a group has matched, by number or by name. */
export function refersBack({ source }: Step): boolean {
  return /^\\[1-9k]/.test(source);
}

/** Whether a step looks at what comes after its place. */
export function looksAhead({ source }: Step): boolean {
  return source === '(?=' || source === '(?!';
}

/** Whether a step looks at what stands before its place. */
export function looksBehind({ source }: Step): boolean {
  return source === '(?<=' || source === '(?<!';
}
