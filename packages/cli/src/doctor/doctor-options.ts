import { type Command, InvalidArgumentError, Option } from 'commander';
import { httpAddress } from '../http-address.js';

/** What the command line of `melliflow doctor` says. */
export interface DoctorOptions {
  readonly url?: readonly string[] | undefined;
  /** In ms. */
  readonly timeout: number;
  readonly json?: boolean | undefined;
}

/** Gives a command the options that `DoctorOptions` are read from. */
export function addDoctorOptions(command: Command): Command {
  const addUrl = (text: string, before: readonly string[] = []): readonly string[] => [
    ...before,
    httpAddress(text, '--url'),
  ];
  return command
    .addOption(
      new Option(
        '--url <server>',
        'ask this server too, such as http://localhost:8000/v1; may be repeated',
      ).argParser(addUrl),
    )
    .addOption(
      new Option('--timeout <ms>', 'how long a server may take to answer')
        .default(2000)
        .argParser(milliseconds),
    )
    .option('--json', 'print the report as JSON, and nothing else');
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 600_000) return value;
  throw new InvalidArgumentError('It takes milliseconds from 1 to 600000, such as 2000.');
}
