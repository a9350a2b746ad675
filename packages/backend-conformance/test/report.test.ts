import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { captureHooks, currentLogger } from '@melliflow/core/implement';
import { describe, expect, it } from 'vitest';
import {
  chapters,
  chaptersPassed,
  examine,
  lawIds,
  laws,
  lawsRecord,
  lawsTable,
  passed,
  runExam,
  sentences,
} from '../src/index.js';
import { Turnstile } from '../src/servers/index.js';
import { member } from './support/breaks.js';
import { goodSubject } from './support/good-subject.js';

const broken = goodSubject(
  { rawBatch: false },
  member('provider', () => ''),
);
const construct = { chapters: ['construct'] as const };

describe('the laws', () => {
  it('have one id each, a clause, a sentence that ends, and a chapter that is listed', () => {
    expect(new Set(lawIds()).size).toBe(laws.length);
    for (const { id, chapter, clause, sentence } of laws) {
      expect(id.startsWith(`${chapter}.`), id).toBe(true);
      expect(clause, id).toMatch(/^(\d|Decisions)/);
      expect(sentence, id).toMatch(/^[A-Z].*\.$|^[a-z]\w+(\(\))? .*\.$/);
    }
    expect(chapters.filter((chapter) => lawIds(chapter).length === 0)).toEqual([]);
  });

  it('run in any order', async () => {
    const { runLaw } = await import('../src/exam/run-exam.js');
    for (const law of laws
      .filter(({ chapter }) => chapter !== 'timeouts' && chapter !== 'retry')
      .toReversed()) {
      const { outcome, why } = await runLaw(goodSubject({ rawBatch: true }), law);
      expect(outcome, `${law.id}: ${why}`).toBe('kept');
    }
  });
});

describe('the report', () => {
  it('says what is broken', async () => {
    const report = await runExam(broken, construct);
    expect(passed(report)).toBe(false);
    expect(chaptersPassed(report)).toEqual([]);
    expect(sentences(report)).toBe(
      [
        'the good backend keeps 5 of the 6 laws that it was asked.',
        '',
        'It breaks:',
        '- construct.names (4): provider and modelId are texts that are not empty. Seen: provider must be a text.',
      ].join('\n'),
    );
  });

  it('takes a known gap as an expected failure', async () => {
    const gaps = { 'construct.names': 'The name is on its way.' };
    const report = await runExam({ ...broken, gaps }, construct);
    expect(passed(report)).toBe(true);
    expect(report.results.find(({ id }) => id === 'construct.names')).toMatchObject({
      outcome: 'gap',
      why: 'The name is on its way.',
    });
  });

  it('does not let a gap stay when it is closed, nor name a law that is none', async () => {
    const stale = { ...goodSubject(), gaps: { 'construct.names': 'The name is on its way.' } };
    const report = await runExam(stale, construct);
    expect(passed(report)).toBe(false);
    expect(sentences(report)).toContain('take the gap away: The name is on its way.');
    await expect(runExam({ ...stale, gaps: { 'construct.colour': 'x' } })).rejects.toThrow(
      'there is no law "construct.colour"',
    );
  });

  it('of several backends becomes one table', async () => {
    const reports = [
      await runExam(goodSubject({ images: false }), { chapters: ['images'] }),
      await runExam(broken, construct),
    ];
    const records = reports.map((report, i) => lawsRecord({ subject: 'Good', sdk: `sdk ${i}` }, report));
    const lines = lawsTable(...records).split('\n');
    expect(lines).toHaveLength(laws.length + 2);
    expect(lines[0]).toBe('| law | clause | what is asked | Good, sdk 0 | Good, sdk 1 |');
    expect(lines.find((line) => line.includes('`construct.names`'))).toMatch(/\| {2}\| NO \|$/);
    expect(lines.find((line) => line.includes('`images.sent`'))).toMatch(/\| – \| {2}\|$/);
    expect(lines.find((line) => line.includes('`images.unclaimed`'))).toMatch(/\| yes \| {2}\|$/);
  });

  it('of several exams of one backend becomes one record, if they agree', async () => {
    const gaps = { 'construct.names': 'The name is on its way.' };
    const report = await runExam({ ...broken, gaps }, construct);
    const names = { subject: 'Good', sdk: 'sdk 1 and 2' };
    const record = lawsRecord(names, report, report);
    expect(record).toMatchObject({ ...names, outcomes: { 'construct.names': 'gap' }, notes: gaps });
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(() => lawsRecord(names, report, { ...report, results: [] })).not.toThrow();
    const better = await runExam(goodSubject(), construct);
    expect(() => lawsRecord(names, report, better)).toThrow('construct.names: kept for the good backend');
  });

  it('says what the subject cannot script, which is neither kept nor broken', async () => {
    const scripts = {
      faults: ['stall'] as const,
      members: ['usage'] as const,
      settings: ['modelOptions'] as const,
      characters: 1000,
      byPrompt: false,
    };
    const chapters = ['value', 'metadata', 'retry', 'raw'] as const;
    const report = await runExam({ ...goodSubject({ rawBatch: false }), scripts }, { chapters });
    const why = (id: string) => report.results.find((one) => one.id === id);
    const said = (what: string) => ({ outcome: 'not_scripted', why: `The subject cannot script ${what}.` });
    expect(why('value.incomplete')).toMatchObject(said('the fault "cut"'));
    expect(why('value.large')).toMatchObject(said('a text of more than 1000 characters'));
    expect(why('metadata.thinking')).toMatchObject(said('thinking'));
    expect(why('metadata.usage')?.outcome).toBe('kept');
    expect(why('retry.attempts')).toMatchObject(said('the setting retry'));
    expect(why('raw.order')).toMatchObject(said('a reply by its prompt'));
    expect(passed(report)).toBe(true);
    expect(chaptersPassed(report)).toEqual([]);
    expect(sentences(report)).toContain('- The subject cannot script the fault "cut". (value.incomplete');
  });

  it('knows of a reply that cannot be played when the prompt has chosen it', async () => {
    const scripts = { faults: ['stall'] as const };
    const report = await runExam(
      { ...goodSubject({ rawBatch: false }), scripts },
      { chapters: ['raw', 'parallel'] },
    );
    for (const id of ['raw.failure', 'parallel.mixed']) {
      expect(report.results.find((one) => one.id === id)?.outcome, id).toBe('not_scripted');
    }
    expect(report.results.find(({ id }) => id === 'raw.order')?.outcome).toBe('kept');
  });

  it('says what was not asked, and what a law waited for', async () => {
    const report = await runExam(goodSubject({ images: false }), { chapters: ['images'] });
    expect(sentences(report)).toContain('- The backend does not claim images. (images.sent, images.past)');
    const silent = goodSubject({}, (_, provider) => {
      provider.ask = () => [];
    });
    const stuck = await runExam(silent, { chapters: ['cancel'], limitMs: 50 });
    expect(stuck.results.find(({ id }) => id === 'cancel.part')?.why).toBe(
      'Within 50 ms it did not come to request 1 at the provider.',
    );
  });
});

describe('a law that is given up', () => {
  it('leaves neither its plugin nor its ears behind', async () => {
    const silent = goodSubject({}, (_, provider) => {
      provider.ask = () => [];
    });
    const log = console.log;
    await runExam(silent, { chapters: ['secrets', 'hooks', 'lazy'], limitMs: 50 });
    expect(console.log).toBe(log);
    expect(captureHooks()).toBeNull();
    expect(currentLogger()).toBeNull();
  });
});

describe('the runners', () => {
  it('give every chapter a group and every law a test that fails by its name', async () => {
    const groups: string[] = [];
    const tests: [string, () => Promise<void>][] = [];
    const describe = (name: string, body: () => void): void => {
      groups.push(name);
      body();
    };
    examine(broken, { describe, it: (name, body) => void tests.push([name, body]) }, construct);
    expect(groups).toEqual(['the good backend: construct']);
    expect(tests).toHaveLength(6);
    const failures = await Promise.allSettled(tests.map(([, body]) => body()));
    const reasons = failures.flatMap((end) => (end.status === 'rejected' ? String(end.reason) : []));
    expect(reasons).toEqual([expect.stringContaining('construct.names (4): ')]);
  });

  it('are those of node:test too', async () => {
    const file = fileURLToPath(new URL('support/node-exam.mjs', import.meta.url));
    const run = (env: object): Promise<{ stdout: string }> =>
      promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file], {
        env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
      });
    // Scripts with functions are beyond this small subject, none of these laws has one.
    expect((await run({})).stdout).toMatch(/# pass \d+\n# fail 0/);
    const failed = await run({ MELLIFLOW_CONTRACT: '2' }).catch((error) => error);
    expect(failed.stdout).toContain('construct.contract');
    expect(failed.stdout).toMatch(/# fail [1-9]/);
  });
});

describe('a turnstile', () => {
  it('lets as many through as it is told, in order, and all once it is open', async () => {
    const turnstile = new Turnstile();
    const through: number[] = [];
    const waits = [1, 2, 3].map((n) => turnstile.wait().then(() => through.push(n)));
    expect(turnstile.waiting).toBe(3);
    turnstile.pass(2);
    await Promise.all(waits.slice(0, 2));
    expect(through).toEqual([1, 2]);
    turnstile.open();
    await Promise.all([...waits, turnstile.wait(), turnstile.wait()]);
    expect(through).toEqual([1, 2, 3]);
  });
});
