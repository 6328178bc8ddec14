import { open } from 'node:fs/promises';

/** A file that this machine could not read or had no memory for: the image in it may be sound. */
export class MachineFault extends Error {
  override name = 'MachineFault';

  /** @param code of the system's error, such as `EMFILE` */
  constructor(
    readonly code: string,
    message: string
  ) {
    super(message);
  }
}

/** What libvips says when the system refuses it something: it tells no codes. */
const SAID: Array<[RegExp, string]> = [
  [/too many open files in system/i, 'ENFILE'],
  [/too many open files/i, 'EMFILE'],
  [/out of memory|cannot allocate memory|unable to (?:malloc|allocate)/i, 'ENOMEM'],
];

/**
 * Tells whether an image could not be decoded for a reason of the machine's: libvips reports a missing file and a
 * lack of memory as it reports a broken image.
 *
 * @param path of the file that was to be decoded
 * @param message what libvips said
 * @returns null where the image itself is at fault, as far as can be told
 */
export async function machineFault(path: string, message: string): Promise<MachineFault | null> {
  const [, code] = SAID.find(([words]) => words.test(message)) ?? [];
  if (code) {
    return new MachineFault(code, message);
  }
  try {
    await (await open(path)).close();
    return null;
  } catch (error) {
    return new MachineFault((error as NodeJS.ErrnoException).code ?? 'EIO', String(error));
  }
}
