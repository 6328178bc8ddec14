/** Kind of a track or a container. A container with any video track counts as video. */
export type Kind = 'audio' | 'video';

/** An audio or video container: the facts from its bytes, and its possible types. */
export interface Container {
  /** Kind according to the tracks of the container; undefined if the tracks are out of reach. */
  kind: Kind | undefined;
  /** Types that the bytes alone prove, whatever the name. */
  exact: { [kind in Kind]?: string };
  /** Default types, if nothing names another type of the container. */
  usual: { [kind in Kind]: string };
  /** The type if the kind is unknown. */
  unknown: string;
  /** All types of the container. */
  types: RegExp;
}

/** Types that name and client claim for a file. */
export interface Claims {
  byName: string | undefined;
  declared: string | undefined;
}

/** The kind of a container with these tracks: video if any track is video. */
export function kindOfTracks(tracks: ReadonlySet<Kind>): Kind | undefined {
  if (tracks.has('video')) {
    return 'video';
  }
  return tracks.has('audio') ? 'audio' : undefined;
}

/**
 * The type of a container. The tracks decide whether it is audio or video. If the tracks are out of reach, the declared
 * type decides, otherwise the name; both count only if they name a type of this container. The brand then decides which
 * of the container's types it is, otherwise the name.
 */
export function containerType(container: Container, { byName, declared }: Claims): string {
  const { exact, usual, types, unknown } = container;
  const kind = container.kind ?? kindIn(declared, types) ?? kindIn(byName, types);
  if (!kind) {
    return unknown;
  }
  // A served file has a name, but no declared type. If the tracks decide, the declared type must not count, so that the
  // file has the type of its row.
  const words = container.kind ? [byName] : [byName, declared];
  return exact[kind] ?? words.find((type) => kindIn(type, types) === kind) ?? usual[kind];
}

function kindIn(type: string | undefined, types: RegExp): Kind | undefined {
  if (type === undefined || !types.test(type)) {
    return undefined;
  }
  return (['audio', 'video'] as const).find((kind) => type.startsWith(kind));
}
