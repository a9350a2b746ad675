/** How far a JSON number has come. */
export type NumberPlace = 'minus' | 'zero' | 'integer' | 'point' | 'fraction' | 'exponent' | 'sign' | 'power';

const ZERO = 0x30;
const NINE = 0x39;

/** Where a number is after its first unit; undefined: none begins so. */
export function numberStart(unit: number): NumberPlace | undefined {
  if (unit === 0x2d) return 'minus';
  if (unit === ZERO) return 'zero';
  return unit > ZERO && unit <= NINE ? 'integer' : undefined;
}

/** Where a number is after one more unit; undefined: it does not go on so. */
export function numberStep(place: NumberPlace, unit: number): NumberPlace | undefined {
  const isDigit = unit >= ZERO && unit <= NINE;
  switch (place) {
    case 'minus':
      return unit === 0x2d ? undefined : numberStart(unit);
    case 'zero':
    case 'integer':
      if (isDigit && place === 'integer') return 'integer';
      return unit === 0x2e ? 'point' : exponent(unit);
    case 'point':
      return isDigit ? 'fraction' : undefined;
    case 'fraction':
      return isDigit ? 'fraction' : exponent(unit);
    case 'exponent':
      return unit === 0x2b || unit === 0x2d ? 'sign' : digit(isDigit);
    case 'sign':
    case 'power':
      return digit(isDigit);
  }
}

/** Whether a number may end there. */
export function isNumber(place: NumberPlace): boolean {
  return place === 'zero' || place === 'integer' || place === 'fraction' || place === 'power';
}

function exponent(unit: number): NumberPlace | undefined {
  return unit === 0x65 || unit === 0x45 ? 'exponent' : undefined;
}

function digit(isDigit: boolean): NumberPlace | undefined {
  return isDigit ? 'power' : undefined;
}
