import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addConformanceOptions, type ConformanceOptions, conformanceCommand } from './conformance-command.js';
import { addDoctorOptions, type DoctorOptions } from './doctor/doctor-options.js';
import { type ProgramIo, processIo } from './program-io.js';
import { reportError } from './report-error.js';
import { type Surroundings, streamCommand } from './stream-command.js';
import { addStreamOptions, type StreamOptions } from './stream-options.js';
import { openOutput, writeFailure } from './text-output.js';
import { UsageError } from './usage-error.js';

const DEFAULT_PROMPT = 'Write a short story about a robot.';

const STREAM_EXAMPLES_AND_EXIT_CODES = `
Examples:
  melliflow stream --max-sentences 2 --temperature 0.8 --seed 7 "Write a short story about a robot."
  melliflow stream --backend openai --model gpt-5-mini "Write a short story about a robot."

Exit codes:
  0    no requirement failed; the text is complete, or was cut at the token limit
  1    a requirement was not met
  2    the command line is wrong
  3    the provider or the engine failed
  130  interrupted by Ctrl-C (143 by SIGTERM)`;

const CONFORMANCE_EXAMPLE_AND_EXIT_CODES = `
Example:
  melliflow conformance ./test/subject.js --chapter stream --chapter cancel

Exit codes:
  0    every law is kept, but for the gaps that the subject lists
  1    a law is broken, a gap is listed that is none any more, or a rejection was left to nobody
  2    the command line is wrong
  3    the module cannot be loaded or has no subject, or the exam is not installed`;

const DOCTOR_EXAMPLE_AND_EXIT_CODES = `
It prints names of variables, never their values. A key goes to a server only where the environment says so.

Example:
  melliflow doctor --url http://localhost:8000/v1

Exit codes:
  0    all is well; there may be things to know
  1    there are problems
  2    the command line is wrong`;

/**
 * The program `melliflow`, without its name: resolves with the exit code and never rejects.
 *
 * @example
 * process.exitCode = await run(['stream', '--max-sentences', '2', 'Tell a story.']);
 */
export async function run(argv: readonly string[], io: ProgramIo = processIo): Promise<number> {
  const stdout = openOutput(io.stdout);
  const stderr = openOutput(io.stderr);
  let exitCode = 0;
  try {
    exitCode = await execute(argv, { io, stdout, stderr });
  } catch (error) {
    exitCode = reportError(error, stderr);
  }
  await stdout.close();
  const failure = writeFailure(stdout);
  if (failure) exitCode = reportError(failure, stderr);
  await stderr.close();
  return exitCode;
}

async function execute(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  let exitCode = 0;
  const program = new Command('melliflow')
    .description(
      'Streams text from a language model, only what was validated; examines backends and projects.',
    )
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(add --help for the options)');
  addStreamOptions(program.command('stream'))
    .description('Ask a model and show its answer chunk by chunk, each as soon as it was validated.')
    .argument('[prompt]', 'what to ask; - reads it from standard input', DEFAULT_PROMPT)
    .addHelpText('after', STREAM_EXAMPLES_AND_EXIT_CODES)
    .allowExcessArguments()
    .action(async (prompt: string, options: StreamOptions, command: Command) => {
      if (command.args.length > 1) throw tooManyArguments(command.args);
      // A lone `help` is a call for help; after -- it is a prompt.
      if (argv.length === 2 && prompt === 'help') command.help();
      const given = command.args.length > 0 ? { prompt, options } : promptLast(argv, prompt, options);
      exitCode = await streamCommand(given.prompt, given.options, surroundings);
    });
  addConformanceOptions(program.command('conformance'))
    .description('Ask a backend of your own all laws that every backend keeps, and report.')
    .argument('<module>', 'a file or a package that exports a `subject` of @melliflow/backend-conformance')
    .addHelpText('after', CONFORMANCE_EXAMPLE_AND_EXIT_CODES)
    .action(async (module: string, options: ConformanceOptions) => {
      exitCode = await conformanceCommand(module, options, surroundings);
    });
  addDoctorOptions(program.command('doctor'))
    .description('Look at the project, its packages, the environment and servers, and say what to mend.')
    .argument('[folder]', 'the folder of the project', '.')
    .addHelpText('after', DOCTOR_EXAMPLE_AND_EXIT_CODES)
    .action(async (folder: string, options: DoctorOptions) => {
      // It needs a library that the other commands do without.
      const { doctorCommand } = await import('./doctor/doctor-command.js');
      exitCode = await doctorCommand(folder, options, surroundings);
    });
  await program.parseAsync(argv, { from: 'user' });
  return exitCode;
}

/**
 * `--forbid`, `--cite` and `--judge` take all words that follow them. Where no prompt was given elsewhere, a last one
 * with white space in it is the prompt: `--forbid robot "Write a story."`.
 */
function promptLast(
  argv: readonly string[],
  prompt: string,
  options: StreamOptions,
): { prompt: string; options: StreamOptions } {
  const [before, last = ''] = argv.slice(-2);
  for (const name of ['forbid', 'cite', 'judge'] as const) {
    const list = options[name] ?? [];
    if (last !== list.at(-1) || before !== list.at(-2) || !/\s/.test(last)) continue;
    return { prompt: last, options: { ...options, [name]: list.slice(0, -1) } };
  }
  return { prompt, options };
}

function tooManyArguments(words: readonly string[]): UsageError {
  const quoted = JSON.stringify(words.join(' '));
  return new UsageError(`too many arguments: put the prompt in quotes: ${quoted}`);
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
