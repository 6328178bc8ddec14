import type { Counts, Progress } from './progress';

/** Where one that was interrupted goes on. */
export interface Resume extends Counts {
  /** Of all that decides what is made: others must not go on from here. */
  digest: string;
  /** All images up to this id are done. */
  after: number;
}

/** What lasts of regenerations, and what other instances see. */
interface Entry {
  progress: Progress | null;
  resume: Resume | null;
}

/** One key of Strapi's plugin store. */
interface StoreKey {
  get(params: object): Promise<unknown>;
  set(params: { value: unknown }): Promise<unknown>;
}

/** The record of the last regeneration. The one that runs writes it; who wants it to stop, a key beside. */
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

  /** Asks the instance that runs it to stop it. */
  async askToStop(id: string): Promise<void> {
    await this.stop.set({ value: id });
  }

  async isToStop(id: string): Promise<boolean> {
    return (await this.stop.get({})) === id;
  }
}
