import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Maximum size of exiftool's output in bytes. */
const maxBuffer = 50_000_000;

/** Groups of tags that exiftool can write into images. */
const GROUPS = ['EXIF', 'GPS', 'IPTC', 'XMP', 'Photoshop', 'JFIF', 'MPF', 'PNG', 'GIF'];

/** A tag that exiftool found, and its value. */
export interface Tag {
  /** Name with its group, such as `IFD0:Artist`. */
  name: string;
  value: string;
}

/**
 * Runs exiftool and returns what it prints.
 *
 * @throws Error that names the package to install, if exiftool is missing
 */
async function exiftool(...args: string[]): Promise<string> {
  try {
    return (await run('exiftool', args, { maxBuffer })).stdout;
  } catch (error) {
    const { code, stdout } = error as NodeJS.ErrnoException & { stdout?: string };
    if (code === 'ENOENT') {
      throw new Error('exiftool is missing: install libimage-exiftool-perl (Debian) to run this.');
    }
    // exiftool ends with code 1 also after warnings.
    return stdout ?? '';
  }
}

/** All tags in files and in the files that are embedded in them, by path. Tags about the file system are left out. */
export async function tagsIn(files: readonly string[]): Promise<Map<string, Tag[]>> {
  const options = ['-a', '-G1', '-ee', '-j', '-x', 'System:all', '-x', 'Composite:all'];
  const found = JSON.parse(await exiftool(...options, ...files)) as Array<Record<string, unknown>>;
  return new Map(
    found.map(({ SourceFile: file, ...tags }) => [
      String(file),
      Object.entries(tags).map(([name, value]) => ({ name, value: String(value) })),
    ])
  );
}

/**
 * Writes each tag that exiftool can write. For each tag, exiftool tries a number, then a date, then a text that the
 * tests recognise. The last value that the tag accepts stays.
 *
 * @param planted beginning of each text
 */
export async function writeAllTags(source: string, target: string, planted: string): Promise<void> {
  const lists = await Promise.all(
    GROUPS.map(async (group) => {
      const [, ...lines] = (await exiftool('-listw', `-${group}:All`)).split('\n');
      return lines.flatMap((line) => line.split(' ')).flatMap((tag) => tag && `${group}:${tag}`);
    })
  );
  const values = lists
    .flat()
    .filter(Boolean)
    .flatMap((tag) => [`-${tag}#=7`, `-${tag}=2001:02:03 04:05:06`, `-${tag}=${planted} ${tag}`]);
  const args = path.join(path.dirname(target), 'tags.args');
  const last = ['-EXIF:Orientation#=6', `-Comment=${planted} comment`];
  await writeFile(args, [...values, ...last].join('\n'));
  await exiftool('-q', '-q', '-m', '-o', target, '-@', args, source);
}

/** Copies the tags of one file into copies of other files, where the formats of these files allow the tags. */
export async function copyTags(from: string, sources: string[], folder: string): Promise<void> {
  // TIFF decoders need a valid resolution unit, and warn if GeoTiffAsciiParams is a text without its end mark.
  const fitting = ['-EXIF:ResolutionUnit#=2', '--GeoTiffAsciiParams'];
  const tags = ['-tagsFromFile', from, '-all:all', ...fitting];
  await exiftool('-q', '-q', '-m', '-o', `${folder}/`, ...tags, ...sources);
}
