/** A number as models write it: with or without sign, thousands and a currency; the hyphen of `COVID-19` is no sign. */
const number = String.raw`(?:(?<![\p{L}\p{N}])[-+−])?\$?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)`;
/** The same as a fraction, with an exponent or as a percentage. */
const amount = new RegExp(
  String.raw`(?<whole>${number})(?:\s*(?:e|(?:\\times|×|\*)\s*10\s*\^)\s*\{?(?<power>[-+−]?\d{1,3})\}?|\s*/\s*(?<divisor>${number}))?(?<percent>\s*\\?%)?`,
  'giu',
);
const fraction = new RegExp(String.raw`([-+−]?)\\[dt]?frac\s*\{(${number})\}\s*\{(${number})\}`, 'gu');
/** The longest number that is read: longer ones are no answers, and cost time. */
const LONGEST = 60;

/**
 * The final number of a text in one way of writing: `0.5`, `1/2`, `\frac{1}{2}` and `50%` are the same answer. What
 * stands in the last `\boxed{…}`, after `####` or after “answer is” counts, else the last number; a boxed answer that is
 * no number is taken as it is written, without spaces. Null when there is none.
 *
 * @example
 * await mathAnswer('So the answer is $1,250.50'); // '2501/2'
 */
export async function mathAnswer(text: string): Promise<string | null> {
  const boxed = lastBoxed(text);
  if (boxed === null) {
    const found = numbersIn(announced(text))[0] ?? numbersIn(text).at(-1);
    return found ? canonical(found) : null;
  }
  const found = numbersIn(boxed).at(-1);
  return found && isAlone(found) ? canonical(found) : boxed.replaceAll(/\\(left|right)|\s/g, '');
}

/** All numbers of a text, fractions of LaTeX as those of plain text. */
function numbersIn(text: string): RegExpMatchArray[] {
  const plain = text.replaceAll(fraction, '$1$2/$3').replaceAll(/\{,\}|(?<=\d)\\[,!](?=\d{3})/g, ',');
  return [...plain.matchAll(amount)];
}

/** Exact where the number is; what is rounded anyway is compared to six places after its first digit. */
async function canonical({ groups = {} }: RegExpMatchArray): Promise<string | null> {
  const { whole = '', power = '0', divisor = '1', percent } = groups;
  const [above, below] = [plainDigits(whole), plainDigits(divisor)];
  if (above.length + below.length > LONGEST || Number(below) === 0) return null;
  const { Fraction } = await import('fraction.js');
  const ten = new Fraction(10).pow(Number(plainDigits(power)));
  const value = new Fraction(above)
    .div(below)
    .mul(ten)
    .div(percent ? 100 : 1);
  const size = Math.abs(value.valueOf());
  const leadingZeros = size > 0 && size < 1 ? Math.floor(-Math.log10(size)) : 0;
  return value.round(6 + leadingZeros).toFraction();
}

function plainDigits(written: string): string {
  return written.replaceAll(/[,$+]/g, '').replace('−', '-');
}

/** Whether a text is this number and at most its unit: `5`, `$5$`, `5\text{ cm}`; but not `x+5`. */
function isAlone({ 0: number, index = 0, input = '' }: RegExpMatchArray): boolean {
  const rest = input.slice(0, index) + input.slice(index + number.length);
  return /^(\s|[$~.]|\\[ ,;!()]|°|\^\\circ|\\(?:text|mathrm)\s*\{[^{}]*\})*$/u.test(rest);
}

/** What stands in the last `\boxed{…}`, braces within it included; null when there is none that closes. */
function lastBoxed(text: string): string | null {
  const start = text.lastIndexOf('\\boxed{');
  if (start < 0) return null;
  const inside = start + '\\boxed{'.length;
  let depth = 1;
  for (let at = inside; at < text.length; at++) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(inside, at);
  }
  return null;
}

/** What follows the last announcement of an answer, to the end of its line. */
function announced(text: string): string {
  const [last] = [...text.matchAll(/(?:####|answer(?:\s+is|\s*[:=]))(.*)/giu)].slice(-1);
  return last?.[1] ?? '';
}
