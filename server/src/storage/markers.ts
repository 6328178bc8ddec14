import { existsSync } from 'node:fs';
import { parseMarker, markerName, MOST_BYTES } from './marker-name';
import type { AbandonedMarkers, MarkedObject, Markers } from './markers-port';
import type { StagingFolder } from './staging-folder';

/** Markers in one staging folder. */
export class StagingMarkers implements Markers {
  constructor(private readonly staging: StagingFolder) {}

  fits(objects: readonly MarkedObject[]): boolean {
    return objects.every(({ hash, ext }) => Buffer.byteLength(hash + ext) <= MOST_BYTES);
  }

  async set(key: string, objects: readonly MarkedObject[]): Promise<void> {
    await Promise.all(this.names(key, objects).map((name) => this.staging.note(name)));
    await this.staging.sync();
  }

  areSet(key: string, objects: readonly MarkedObject[]): boolean {
    return this.areThere(this.names(key, objects));
  }

  async clear(key: string, objects: readonly MarkedObject[]): Promise<void> {
    await this.remove(this.names(key, objects));
  }

  async abandoned(): Promise<AbandonedMarkers[]> {
    const found = new Map<string, { objects: MarkedObject[]; names: string[] }>();
    // Sorting by length puts a file's own object first: the keys of its sizes are longer, since each has a prefix.
    const all = (await this.staging.namesOfSilent()).sort((a, b) => a.length - b.length);
    for (const name of all) {
      const marker = parseMarker(name);
      if (marker) {
        const { objects, names } = found.get(marker.key) ?? { objects: [], names: [] };
        found.set(marker.key, {
          objects: [...objects, marker.object],
          names: [...names, name],
        });
      }
    }
    return [...found].map(([key, { objects, names }]) => ({
      key,
      objects,
      areSet: () => this.areThere(names),
      clear: () => this.remove(names),
    }));
  }

  private async remove([first, ...others]: readonly string[]): Promise<void> {
    await Promise.all(others.map((name) => this.staging.remove(name)));
    if (first !== undefined) {
      await this.staging.remove(first);
    }
  }

  private areThere(names: readonly string[]): boolean {
    return names.every((name) => existsSync(this.staging.pathOf(name)));
  }

  private names(key: string, objects: readonly MarkedObject[]): string[] {
    return objects.map((object) => this.staging.ownName(markerName(key, object)));
  }
}
