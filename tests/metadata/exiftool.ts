import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Most bytes that exiftool may write. */
const maxBuffer = 50_000_000;

/** Groups of tags that exiftool can write into pictures. */
const GROUPS = ['EXIF', 'GPS', 'IPTC', 'XMP', 'Photoshop', 'JFIF', 'MPF', 'PNG', 'GIF'];

/** A tag that was found, and its value. */
export interface Tag {
  /** With its group, such as `IFD0:Artist`. */
  name: string;
  value: string;
}

/**
 * What exiftool answers.
 *
 * @throws a sentence that names the package where it is missing
 */
async function exiftool(...args: string[]): Promise<string> {
  try {
    return (await run('exiftool', args, { maxBuffer })).stdout;
  } catch (error) {
    const { code, stdout } = error as NodeJS.ErrnoException & { stdout?: string };
    if (code === 'ENOENT') {
      throw new Error('exiftool is missing: install libimage-exiftool-perl (Debian) to run this.');
    }
    // It ends with 1 for warnings too.
    return stdout ?? '';
  }
}

/** All tags that it finds in files, in what is embedded too, but for what it tells of the file system; by their paths. */
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
 * Writes each tag that it can write: a number, where it takes one a date, and where it takes one a text that
 * can be told again.
 *
 * @param planted begins each text
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

/** Writes the tags of one file into copies of others, as far as their formats take them. */
export async function copyTags(from: string, sources: string[], folder: string): Promise<void> {
  // Decoders of TIFF insist on a unit that there is, and warn of this text without its end.
  const fitting = ['-EXIF:ResolutionUnit#=2', '--GeoTiffAsciiParams'];
  const tags = ['-tagsFromFile', from, '-all:all', ...fitting];
  await exiftool('-q', '-q', '-m', '-o', `${folder}/`, ...tags, ...sources);
}
