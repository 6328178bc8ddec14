import { init } from './init';
import type { CliIo } from './io';
import { regenerate } from './regenerate';
import { REGENERATE_OPTIONS, REGENERATE_SUMMARY } from './regenerate-options';
import { url } from './url';
import { URL_OPTIONS, URL_SUMMARY } from './url-options';
import { UsageError } from './usage-error';

interface Command {
  /** Description of the command in one line, for the usage text. */
  summary: string;
  /** Options of the command and their meanings. */
  options?: Array<[option: string, meaning: string]>;
  /** Takes the arguments after the command's name; resolves to the exit code. */
  run(args: string[], io: CliIo): Promise<number>;
}

// A Map and not an object: `strapi-upload constructor` must be an unknown command.
const commands = new Map<string, Command>([
  ['init', { summary: 'switch strapi-upload on in the Strapi project of this folder', run: init }],
  ['regenerate', { summary: REGENERATE_SUMMARY, options: REGENERATE_OPTIONS, run: regenerate }],
  ['url', { summary: URL_SUMMARY, options: URL_OPTIONS, run: url }],
]);

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h';

function optionsOf(command: string, options: NonNullable<Command['options']>): string[] {
  const width = Math.max(...options.map(([option]) => option.length));
  const lines = options.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`);
  return lines.length > 0 ? ['', `Options of ${command}:`, ...lines] : [];
}

/** The usage text, one entry per line. */
function usage(): string[] {
  const width = Math.max(...[...commands.keys()].map((name) => name.length));
  return [
    'Usage: strapi-upload <command>',
    '',
    'Commands:',
    ...[...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Options:',
    '  -h, --help  show this text',
    ...[...commands].flatMap(([name, { options = [] }]) => optionsOf(name, options)),
  ];
}

/**
 * Runs the command line `strapi-upload ...argv`.
 *
 * `argv` has the arguments without node and the script; `io` has the folder and the outputs. Resolves to the exit
 * code: 0 for success or help, 1 for a failure, 2 for wrong options. Never throws: an error of a command becomes
 * one line on `err`.
 */
export async function run(argv: string[], io: CliIo): Promise<number> {
  const [name, ...args] = argv;
  // Help comes before any command, so that `init --help` changes nothing.
  if (name === undefined || argv.some(isHelp)) {
    usage().forEach((line) => io.out(line));
    return 0;
  }

  const command = commands.get(name);
  if (!command) {
    io.err(`strapi-upload: there is no command "${name}".`);
    io.err('');
    usage().forEach((line) => io.err(line));
    return 1;
  }

  try {
    return await command.run(args, io);
  } catch (error) {
    io.err(`strapi-upload ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}
