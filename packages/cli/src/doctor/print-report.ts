import { styleText } from 'node:util';
import { type DoctorFinding, type DoctorReport, type FindingLevel, findingAreas } from './report.js';

type Format = Parameters<typeof styleText>[0];

const marks: Readonly<Record<FindingLevel, readonly [mark: string, format: Format]>> = {
  ok: ['✓', 'green'],
  note: ['•', 'yellow'],
  problem: ['✗', 'red'],
};

/** A report for people: an aligned list below each area, and the command that mends below what wants mending. */
export function reportText({ folder, findings }: DoctorReport, colours: boolean): string {
  const paint = (format: Format, text: string): string =>
    colours ? styleText(format, text, { validateStream: false }) : text;
  const width = Math.max(
    0,
    ...findings.map(({ subject }) => subject.length).filter((length) => length <= 44),
  );
  const lines = ({ level, subject, message, fix }: DoctorFinding): string[] => {
    const [mark, format] = marks[level];
    const first = `  ${paint(format, mark)} ${subject.padEnd(width)}  ${message}`.trimEnd();
    return fix === null || level === 'ok' ? [first] : [first, `      ${paint('bold', fix)}`];
  };
  const areas = findingAreas.flatMap((area) => {
    const own = findings.filter((finding) => finding.area === area);
    return own.length === 0 ? [] : ['', paint('dim', area), ...own.flatMap(lines)];
  });
  return [folder, ...areas, '', verdict(findings), ''].join('\n');
}

function verdict(findings: readonly DoctorFinding[]): string {
  const count = (level: FindingLevel): number => findings.filter((one) => one.level === level).length;
  const [problems, notes] = [count('problem'), count('note')];
  const noted = notes === 0 ? '' : `; ${notes} ${notes === 1 ? 'thing' : 'things'} to know`;
  if (problems === 0) return `All is well${noted}.`;
  return `${problems} ${problems === 1 ? 'problem' : 'problems'}${noted}.`;
}
