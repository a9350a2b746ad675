import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { askForMissing, type Terminal } from './ask-for-missing.js';
import { type CreatedRepository, createRepository } from './create-repository.js';
import { UsageError } from './usage-error.js';

/** What the program reads from and writes to. */
export interface ProgramIo extends Terminal {
  readonly errors: NodeJS.WritableStream;
}

const help = `npm create @melliflow/backend <folder> [-- options]

Writes a repository with a backend for Melliflow that works, its exam and its CI.

Options:
  --provider <name>  what the provider is called, such as my-provider (default: the folder's name)
  --name <name>      the package's name (default: melliflow-backend-<provider>)
  --help             show this
  --version          show the version

Without a folder it asks, where there is a terminal.

Exit codes:
  0  it is written
  1  it could not be written
  2  the command line is wrong, or the folder is not empty
`;

/**
 * The program `create-backend`, without its name.
 *
 * @returns The exit code.
 */
export async function run(argv: readonly string[], io: ProgramIo): Promise<number> {
  try {
    const { values, folder } = readArguments(argv);
    if (values.help) io.output.write(help);
    else if (values.version) io.output.write(`${ownVersion()}\n`);
    else {
      const { provider, name: packageName } = values;
      const settings = folder === undefined ? await askForMissing(io, provider) : { folder, provider };
      io.output.write(nextSteps(createRepository({ ...settings, packageName })));
    }
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    io.errors.write(`create-backend: ${(error as Error).message}\n${isUsage ? 'See --help.\n' : ''}`);
    return isUsage ? 2 : 1;
  }
}

interface Arguments {
  readonly values: { readonly [option in 'provider' | 'name']?: string } & {
    readonly help?: boolean;
    readonly version?: boolean;
  };
  readonly folder: string | undefined;
}

function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const [folder, second] = positionals;
  if (second !== undefined) throw new UsageError(`one folder is enough; got "${folder}" and "${second}".`);
  return { values, folder };
}

function parsed(argv: readonly string[]): { values: Arguments['values']; positionals: string[] } {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const options = { provider: text, name: text, help: flag, version: flag };
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function nextSteps({ folder, provider, files, clone }: CreatedRepository): string {
  const linked = [
    '',
    `Its packages are linked from ${clone}, which must be built.`,
    'Before you publish, write versions in place of file: into package.json.',
  ];
  return `${[
    `${files.length} files in ${folder}`,
    '',
    `  cd ${relative(process.cwd(), folder) || '.'}`,
    '  npm install',
    '  npm test',
    '',
    `It speaks chat completions. To bend it to ${provider}: first how it answers, in test/${provider}-wire.ts,`,
    `then src/to-${provider}-*.ts and src/from-${provider}-*.ts; the exam says what is still missing.`,
    ...(clone === null ? [] : linked),
  ].join('\n')}\n`;
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
