import { mkdir, statfs } from 'node:fs/promises';
import { codeOf } from '../storage/disk';

/** Free part of the disk below which nothing is stored. */
const LEAST_FREE = 0.05;

/** How long the free part of the disk is taken as known, in ms. */
const LIFE = 10_000;

/** Tells whether a disk has enough free space for more variants. */
export class FreeSpace {
  private known = { isEnough: true, until: 0 };

  /**
   * @param folder absolute path of a folder on the disk
   * @param now the time in ms
   */
  constructor(
    private readonly folder: string,
    private readonly now: () => number
  ) {}

  /** Whether enough of the disk is free. */
  async isEnough(): Promise<boolean> {
    if (this.known.until < this.now()) {
      const { bavail, blocks } = await sizeOf(this.folder);
      // Some network disks do not tell their size.
      const isEnough = blocks === 0 || bavail / blocks > LEAST_FREE;
      this.known = { isEnough, until: this.now() + LIFE };
    }
    return this.known.isEnough;
  }
}

/** Sizes of the disk of a folder, which is made if it is missing. */
async function sizeOf(folder: string): Promise<{ bavail: number; blocks: number }> {
  try {
    return await statfs(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      throw error;
    }
    await mkdir(folder, { recursive: true });
    return statfs(folder);
  }
}
