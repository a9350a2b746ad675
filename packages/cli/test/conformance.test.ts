import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../src/index.js';
import { type ExamModule, loadExam } from '../src/load-exam.js';
import { loadSubject } from '../src/load-subject.js';
import { FakeIo } from './support/fake-io.js';
import { runBin } from './support/run-bin.js';
import { type ScratchProject, scratchProject } from './support/scratch-project.js';

const testing = pathToFileURL(createRequire(import.meta.url).resolve('@melliflow/testing')).href;

/** A module that shows the scripted backend, which keeps every law of this chapter, to the exam. */
const subject = (change = '', gaps = '{}'): string => `
  import { ScriptedBackend } from '${testing}';
  export const subject = {
    name: 'scripted',
    gaps: ${gaps},
    backend({ replies }) {
      const backend = new ScriptedBackend(replies);
      ${change};
      return { backend, requests: () => backend.calls, close: async () => undefined };
    },
  };`;
const nameless = "Object.defineProperty(backend, 'provider', { value: '' })";

function projectWith(source: string): ScratchProject & { readonly module: string } {
  const project = scratchProject();
  const module = join(project.folder, 'subject.mjs');
  writeFileSync(module, source);
  return { ...project, module };
}

async function examine(source: string, ...args: string[]) {
  using project = projectWith(source);
  const io = new FakeIo();
  const code = await run(['conformance', project.module, '--chapter', 'construct', ...args], io);
  expect(io.listeners).toBe(0);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

describe('melliflow conformance', () => {
  it('ends with 0 when every law is kept', async () => {
    expect(await examine(subject())).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^scripted keeps \d+ of the \d+ laws that it was asked\.\nIt keeps every law of construct\.\n/,
      ),
      stderr: '',
    });
  });

  it('names the law that is broken and ends with 1', async () => {
    const { code, stdout, stderr } = await examine(subject(nameless));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/\n\nIt breaks:\n- construct\.names .*provider must be a text\.?\n$/);
  });

  it('lists a known gap and ends with 0, but not when it is closed', async () => {
    const gaps = "{ 'construct.names': 'The name is on its way.' }";
    const known = await examine(subject(nameless, gaps));
    expect(known).toMatchObject({ code: 0, stderr: '' });
    expect(known.stdout).toMatch(/\n\nKnown gaps:\n- construct\.names .*The name is on its way\.\n$/);
    const closed = await examine(subject('', gaps));
    expect(closed.code).toBe(1);
    expect(closed.stdout).toContain('take the gap away');
  });

  it('prints the report alone as JSON', async () => {
    const { code, stdout, stderr } = await examine(subject(nameless), '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report.subject).toBe('scripted');
    expect(report.results.map(({ chapter }: { chapter: string }) => chapter)).not.toContain('lazy');
    expect(report.results.filter(({ outcome }: { outcome: string }) => outcome === 'broken')).toMatchObject([
      { id: 'construct.names', clause: '4', why: expect.stringContaining('provider must be a text') },
    ]);
  });

  it('shows the chapter that it is at on a terminal, and takes it away; never with --json', async () => {
    using project = projectWith(subject());
    const chapters = ['--chapter', 'lazy', '--chapter', 'construct'];
    const stderrOf = async (...args: string[]): Promise<string> => {
      const io = new FakeIo();
      io.stderr.isTTY = true;
      expect(await run(['conformance', project.module, ...chapters, ...args], io)).toBe(0);
      return io.stderr.text;
    };
    const start = '\r\u001b[K';
    expect(await stderrOf()).toBe(`${start}construct (1 of 2)${start}lazy (2 of 2)${start}`);
    expect(await stderrOf('--json')).toBe('');
  });

  it('asks several chapters, and all of them by default', async () => {
    using project = projectWith(subject());
    const io = new FakeIo();
    await run(['conformance', project.module, '--chapter', 'lazy', '--chapter', 'images', '--json'], io);
    const { results } = JSON.parse(io.stdout.text);
    expect([...new Set(results.map(({ chapter }: { chapter: string }) => chapter))]).toEqual([
      'lazy',
      'images',
    ]);
  });

  it.each([
    ["throw new Error('broken module')", /cannot be loaded: Error: broken module/],
    ["import '@melliflow/no-such'", /cannot be loaded: .*@melliflow\/no-such/],
    ['export const name = 1', /must export a `subject` with a name and a function.* got undefined\./],
    ["export const subject = { name: 'mine' }", /must export a `subject`/],
    ["export const subject = { name: 'mine', backend() { throw new Error('no engine'); } }", /no engine/],
    [subject('', "{ 'construct.colour': 'x' }"), /cannot be examined: .*no law "construct\.colour"/],
  ])('ends with 3 and says why of %j', async (source, message) => {
    using project = projectWith(source);
    const io = new FakeIo();
    expect(await run(['conformance', project.module, '--chapter', 'options'], io)).toBe(3);
    expect(io.stderr.text).toMatch(/^error \(subject\): /);
    expect(io.stderr.text).toMatch(message);
    expect(io.stdout.text).toBe('');
  });
});

it('has the exam as the package gives it', async () => {
  const exam: ExamModule = await import('@melliflow/backend-conformance'); // the types agree too
  expect(Object.keys(await loadExam())).toEqual(expect.arrayContaining(Object.keys(exam)));
});

describe('loadSubject', () => {
  it('takes a file with and without ./, and a package of the project', async () => {
    using project = scratchProject({ 'my-backend': subject().replace('scripted', 'of a package') });
    writeFileSync(join(project.folder, 'subject.mjs'), subject());
    for (const name of ['subject.mjs', './subject.mjs'])
      expect(await loadSubject(name, project.folder)).toMatchObject({ name: 'scripted' });
    expect(await loadSubject('my-backend', project.folder)).toMatchObject({ name: 'of a package' });
  });

  it.each(['./missing.mjs', 'missing'])('says what %s is not', async (name) => {
    using project = scratchProject();
    await expect(loadSubject(name, project.folder)).rejects.toMatchObject({
      code: 'subject',
      message: expect.stringContaining(`There is neither a file ${join(project.folder, 'missing')}`),
    });
  });
});

describe('the program', () => {
  const overWire = `
    import { openaiWire } from '${servers('/servers')}';
    import { subjectOverWire } from '${servers('')}';
    import { OpenAIBackend } from '${pathToFileURL(createRequire(import.meta.url).resolve('@melliflow/backend-openai')).href}';
    export const subject = subjectOverWire({
      name: 'OpenAIBackend',
      wire: openaiWire(),
      backend: ({ baseURL }, settings) => new OpenAIBackend({ modelId: 'm', baseURL, ...settings }),
    });
    setInterval(() => undefined, 1000); // what is left behind does not keep the program`;

  it('says why a module that is no JavaScript is not loaded', async () => {
    using project = projectWith('export const subject = ');
    const ending = await runBin(['conformance', project.module]);
    expect(ending).toMatchObject({ code: 3, stdout: '' });
    expect(ending.stderr).toMatch(/^error \(subject\): .*subject\.mjs cannot be loaded: SyntaxError: /);
  });

  it('says what to do about a file that Node does not read', async () => {
    using project = scratchProject();
    writeFileSync(join(project.folder, 'subject.tsx'), subject());
    const { code, stderr } = await runBin(['conformance', './subject.tsx'], { cwd: project.folder });
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /Unknown file extension "\.tsx".*Name the compiled file, or install tsx and set NODE_OPTIONS/,
    );
  });

  it('gives the command that installs the exam where it is not installed', () => {
    using project = scratchProject();
    const dist = join(project.folder, 'dist');
    cpSync(fileURLToPath(new URL('../dist', import.meta.url)), dist, { recursive: true });
    writeFileSync(project.manifest, JSON.stringify({ type: 'module', version: '0.0.0' }));
    const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
    mkdirSync(join(project.folder, 'node_modules/@melliflow'), { recursive: true });
    const needed = ['core', 'guardrails', 'schema', 'stdlib', 'streaming'].map(
      (name) => `@melliflow/${name}`,
    );
    for (const name of ['commander', ...needed])
      symlinkSync(join(modules, name), join(project.folder, 'node_modules', name));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(dist, 'bin.js'), 'conformance', './subject.mjs'],
      { cwd: project.folder, encoding: 'utf8', env: { ...process.env, NODE_PATH: '' } },
    );
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toBe(
      'error (not_installed): @melliflow/backend-conformance is not installed. Install with:\n\n' +
        '  npm install @melliflow/backend-conformance\n\n',
    );
  });

  it('tells a rejection that nobody handled, once, and does not pass', async () => {
    using project = projectWith(subject("Promise.reject(new Error('left alone'))"));
    const ending = await runBin(['conformance', project.module, '--chapter', 'construct']);
    expect(ending).toMatchObject({
      code: 1,
      stderr: 'error (unhandled): nobody handled: Error: left alone\n',
    });
    expect(ending.stdout).toContain('It keeps every law of construct.\n');
  });

  it('examines a backend over its wire, by a path from where it runs', async () => {
    using project = projectWith(overWire);
    const args = ['conformance', 'subject.mjs', '--chapter', 'stream', '--chapter', 'secrets'];
    const { code, signal, stdout, stderr } = await runBin(args, { cwd: project.folder });
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(stdout).toMatch(
      /^OpenAIBackend keeps \d+ of the \d+ laws[\s\S]+every law of stream and secrets\.\n/,
    );
  });
});

function servers(subpath: string): string {
  return pathToFileURL(createRequire(import.meta.url).resolve(`@melliflow/backend-conformance${subpath}`))
    .href;
}
