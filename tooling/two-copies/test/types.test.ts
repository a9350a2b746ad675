import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { SecondCopy } from '../src/second-copy.js';

const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
const [one, two] = [new SecondCopy(), new SecondCopy()];
afterAll(() => {
  for (const copy of [one, two]) copy.remove();
});

const strict = [
  '--strict',
  '--exactOptionalPropertyTypes',
  '--noUncheckedIndexedAccess',
  '--skipLibCheck',
  'false',
];
const lib = 'es2023,esnext.disposable,dom,dom.iterable,dom.asynciterable';

/** What the compiler says of a program that has both copies. */
async function compiled(file: string, program: string): Promise<string> {
  const source = join(one.folder, file);
  const from = (copy: SecondCopy, name: string): string => `'${join(copy.place(name), 'dist/index.js')}'`;
  const imports = ['core', 'stdlib', 'streaming', 'testing', 'plugins', 'formatter'].flatMap((name) => [
    `import * as ${name}1 from ${from(one, name)};`,
    `import * as ${name}2 from ${from(two, name)};`,
  ]);
  writeFileSync(source, [...imports, program].join('\n'));
  const options = [
    '--noEmit',
    ...strict,
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    '',
    '--lib',
    lib,
  ];
  const run = promisify(execFile)(process.execPath, [compiler, ...options, source], { cwd: one.folder });
  return run.then(
    () => '',
    (failed: { stdout: string }) => failed.stdout,
  );
}

/** Each type of one copy stands where the other wants it. */
const types = [
  'Backend',
  'Context',
  'CBlock',
  'ImageBlock',
  'ModelOutputThunk<number>',
  'ComputedModelOutputThunk<number>',
  'Component<number>',
  'ComponentLike<number>',
  'Part',
  'TemplateRepresentation',
  'Requirement',
  'ValidationResult',
  'PartialValidationResult',
  'AbstractTool',
  'ModelToolCall',
  'Formatter',
  'SamplingStrategy',
  'SamplingResult<number>',
  'MelliflowError',
  'BackendError',
  'RateLimitError',
  'PluginViolationError',
  'GenerateOptions',
  'ModelOptions',
  'OutputFormat<number>',
  'ContextCall',
  'RawCall',
  'RawItem',
  'GenerationEvent',
  'HookPayloads',
  'HookContext',
  'HookDispatcher',
  'GenerateLog',
  'Logger',
];

const program = `
${types.map((type, i) => `export const forth${i} = (x: core1.${type}): core2.${type} => x;`).join('\n')}
${types.map((type, i) => `export const back${i} = (x: core2.${type}): core1.${type} => x;`).join('\n')}
export async function mixed(backend: core2.Backend): Promise<void> {
  const ctx = new stdlib1.ChatContext().add(new stdlib2.Message('user', 'x')).add(new core2.CBlock('x'));
  const [thunk] = await backend.generateFromContext(new stdlib1.Instruction('x'), ctx);
  const computed: core1.ModelOutputThunk = thunk;
  new core1.ComputedModelOutputThunk(thunk);
  await new core1.Requirement('x').validate(new testing2.ScriptedBackend([{ deltas: ['x'] }]), ctx);
  const stream = await streaming1.streamWithChunking('x', backend, new stdlib2.SimpleContext(), {
    requirements: [new core2.Requirement('x'), stdlib2.req('y')],
    chunking: new streaming2.SentenceChunker(),
  });
  const session = await stdlib1.startSession({
    backend,
    ctx: new stdlib2.ChatContext(),
    plugins: [plugins2.hook('generation_pre_call', () => undefined)],
  });
  await session.instruct('x', { strategy: new stdlib2.RejectionSamplingStrategy() });
  new testing2.ScriptedBackend([{}], { formatter: new formatter1.ChatFormatter() });
  core1.generateWalk(new stdlib2.Instruction('x'));
  const error: unknown = null;
  if (core1.RateLimitError.is(error)) throw error satisfies core2.RateLimitError;
  await Promise.all([stream.acomplete(), computed.avalue()]);
}`;

describe('the types of two physical copies', () => {
  it('fit one another', async () => {
    expect(await compiled('fit.mts', program)).toBe('');
  });

  it('would not pass if they did not', async () => {
    const said = await compiled('misfit.mts', 'export const wrong = (x: core1.CBlock): core2.Backend => x;');
    expect(said).toContain("is missing the following properties from type 'Backend'");
  });
});
