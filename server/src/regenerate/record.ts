import type { Counts, Progress } from './progress';

/** State from which an interrupted regeneration can continue. */
export interface Resume extends Counts {
  /**
   * Digest of all settings that decide the result. A regeneration with another digest must not continue from this
   * state.
   */
  digest: string;
  /** All images up to this id are done. */
  after: number;
}

/** The stored state of regenerations, which all processes share. */
interface Entry {
  progress: Progress | null;
  resume: Resume | null;
}

/** Gives access to one key of Strapi's plugin store. */
interface StoreKey {
  get(params: object): Promise<unknown>;
  set(params: { value: unknown }): Promise<unknown>;
}

/**
 * The record of the last regeneration. Only the running regeneration writes it. A request to stop is written under
 * a second key.
 */
export class RegenerationRecord {
  constructor(
    private readonly entry: StoreKey,
    private readonly stop: StoreKey
  ) {}

  async read(): Promise<Entry> {
    return ((await this.entry.get({})) as Entry | null) ?? { progress: null, resume: null };
  }

  async write(entry: Entry): Promise<void> {
    await this.entry.set({ value: entry });
  }

  /** Asks the process that runs the regeneration to stop it. */
  async askToStop(id: string): Promise<void> {
    await this.stop.set({ value: id });
  }

  async isToStop(id: string): Promise<boolean> {
    return (await this.stop.get({})) === id;
  }
}
