import { init } from './init';

/** What a command may touch of the world around it: its folder and the two outputs. */
export interface CliIo {
  cwd: string;
  out(line: string): void;
  err(line: string): void;
}

interface Command {
  /** One line for the usage text. */
  summary: string;
  /** Takes the arguments after the command's name; resolves to the exit code. */
  run(args: string[], io: CliIo): Promise<number>;
}

// A Map and not an object: `strapi-upload constructor` must be an unknown command.
const commands = new Map<string, Command>([
  ['init', { summary: 'switch strapi-upload on in the Strapi project of this folder', run: init }],
]);

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h';

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
  ];
}

/**
 * Runs the command line `strapi-upload ...argv`.
 *
 * Takes the arguments without node and script, and where to work and write. Resolves to the exit
 * code: 0 when done (or when only help was wanted), 1 when nothing could be done. Never throws: an
 * error of a command becomes one line on `err`.
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
    return 1;
  }
}
