import { open } from 'node:fs/promises';

/** The machine could not read a file or ran out of memory. The image itself may be sound. */
export class MachineFault extends Error {
  override name = 'MachineFault';

  /** @param code of the system error, such as `EMFILE` */
  constructor(
    readonly code: string,
    message: string
  ) {
    super(message);
  }
}

/**
 * Messages with which libvips reports system errors, and the code of each error. libvips itself does not give codes.
 */
const SAID: Array<[RegExp, string]> = [
  [/too many open files in system/i, 'ENFILE'],
  [/too many open files/i, 'EMFILE'],
  [/out of memory|cannot allocate memory|unable to (?:malloc|allocate)/i, 'ENOMEM'],
];

/**
 * Tells whether decoding failed because of the machine: libvips reports a missing file and a lack of memory in the same
 * way as a broken image.
 *
 * @param path of the image file
 * @param message of libvips
 * @returns null if the image itself seems to be at fault
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
