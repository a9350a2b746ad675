import { styleText } from 'node:util';
import { type DoctorFinding, type DoctorReport, type FindingLevel, findingAreas } from './report.js';

type Format = Parameters<typeof styleText>[0];

const marks: Readonly<Record<FindingLevel, readonly [mark: string, format: Format]>> = {
  ok: ['✓', 'green'],
  note: ['•', 'yellow'],
  problem: ['✗', 'red'],
};

/** What most terminals show without breaking a line. */
const LINE_WIDTH = 110;

/** The mark and the white space around it and the subject. */
const INDENT = 6;

/** Longer subjects, such as the address of a server, stand out of the column. */
const WIDEST_SUBJECT = 44;

/** A report for people: an aligned list below each area, and the command that mends below what wants mending. */
export function reportText({ folder, findings }: DoctorReport, colours: boolean): string {
  const paint = (format: Format, text: string): string =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  const width = Math.max(
    0,
    ...findings.map(({ subject }) => subject.length).filter((length) => length <= WIDEST_SUBJECT),
  );
  const lines = ({ level, subject, message, fix }: DoctorFinding): string[] => {
    const [mark, format] = marks[level];
    const [first = '', ...more] = wrapped(message, LINE_WIDTH - width - INDENT);
    const rest = more.map((line) => ' '.repeat(width + INDENT) + line);
    const all = [`  ${paint(format, mark)} ${subject.padEnd(width)}  ${first}`.trimEnd(), ...rest];
    return fix === null || level === 'ok' ? all : [...all, `      ${paint('bold', fix)}`];
  };
  const areas = findingAreas.flatMap((area) => {
    const own = findings.filter((finding) => finding.area === area);
    return own.length === 0 ? [] : ['', paint('dim', area), ...own.flatMap(lines)];
  });
  return [folder, ...areas, '', verdict(findings), ''].join('\n');
}

/** Lines of whole words; one that is longer than a line keeps its length. */
function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function verdict(findings: readonly DoctorFinding[]): string {
  const count = (level: FindingLevel): number => findings.filter((one) => one.level === level).length;
  const [problems, notes] = [count('problem'), count('note')];
  const noted = notes === 0 ? '' : `; ${notes} ${notes === 1 ? 'thing' : 'things'} to know`;
  if (problems === 0) return `All is well${noted}.`;
  return `${problems} ${problems === 1 ? 'problem' : 'problems'}${noted}.`;
}
