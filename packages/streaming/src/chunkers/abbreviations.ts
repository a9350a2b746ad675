/** What the sentences of a language do not end with, in lower case, without the full stop. */
interface Habits {
  readonly abbreviations: string;
  /** Whether `3. Oktober` is the third. */
  readonly ordinals?: boolean | undefined;
}

// Those that stand in the middle of a sentence; what often ends one too, such as `etc.`, is left out. Single letters
// (`z. B.`, `J. Smith`) and letters joined by full stops (`e.g.`, `u.a.`) are known without a list.
const HABITS: Readonly<Record<string, Habits>> = {
  en: {
    abbreviations:
      'mr mrs ms dr prof rev hon gen col capt lt sgt gov sen rep pres st mt vs no nos vol vols fig figs eq ch sec ' +
      'pp ed eds al cf approx dept est jan feb mar apr jun jul aug sep sept oct nov dec',
  },
  de: {
    ordinals: true,
    abbreviations:
      'dr prof hr hrn fr frl st nr nrn bzw ca vgl inkl exkl evtl ggf sog abs art bd bde bzgl dipl ing med phil jur ' +
      'nat rer str tel vs zzgl abt aufl ausg hrsg jh jhd jan feb mär apr jun jul aug sep sept okt nov dez mio mrd ' +
      'tsd max min geb gest kap allg bes betr ehem einschl entspr frz engl dt lat gr ital zt mind lt',
  },
  fr: {
    abbreviations:
      'mm mme mmes mlle mlles dr pr me st ste av bd boul no vol chap fig art éd pp cf env janv févr avr juil sept ' +
      'oct nov déc',
  },
  es: {
    abbreviations:
      'sr sra srta dr dra ud uds dña prof núm art cap fig pág págs av avda ej vol gral lic ing ee vs',
  },
  it: { abbreviations: 'sig sigg dott dr prof avv ing art cap fig pag pagg vol cfr es' },
  pt: { abbreviations: 'sr sra dr dra prof profa eng art cap fig pág págs núm av ex vol cf' },
  nl: { abbreviations: 'dhr mevr dr prof ir drs bijv nr st vgl ca blz' },
};

const LONGEST = 40;
const LAST_WORD = /(?:^|[^\p{L}\p{M}\p{N}.])((?:\p{L}\p{M}*\.)+|[\p{L}\p{M}]+\.|\d{1,2}\.)$/u;
const SINGLE_LETTERS = /^(?:\p{L}\p{M}*\.)+$/u;

/** Whether what ends at a place, in a full stop, goes on as a sentence; it reads 40 units. */
export type GoesOn = (text: string, end: number) => boolean;

/**
 * What a locale's sentences do not end with, and the user's own abbreviations.
 *
 * @throws TypeError when an abbreviation is no string.
 */
export function abbreviationsOf(locale: string, more: readonly string[]): GoesOn {
  const language = locale.toLowerCase().split(/[-_]/, 1)[0] as string;
  const { abbreviations, ordinals = false } = HABITS[language] ?? { abbreviations: '' };
  const known = new Set([...abbreviations.split(' '), ...more.map(normalized)]);

  return (text, end) => {
    const word = LAST_WORD.exec(text.slice(Math.max(0, end - LONGEST), end))?.[1];
    if (word === undefined) return false;
    if (/^\d/.test(word)) return ordinals;
    if (SINGLE_LETTERS.test(word)) return !(language === 'en' && word === 'I.');
    return known.has(normalized(word));
  };
}

function normalized(abbreviation: string, index?: number): string {
  if (typeof abbreviation === 'string') return abbreviation.toLowerCase().replace(/\.$/, '');
  throw new TypeError(
    `abbreviations[${index}] must be a string such as 'approx.', got ${typeof abbreviation}.`,
  );
}
