/** What a film has more of than a sound. */
export type Kind = 'audio' | 'video';

/** A container of sound or film: what its bytes tell, and which types it can have. */
export interface Container {
  /** By its tracks; undefined where they lie out of reach. */
  kind: Kind | undefined;
  /** Types that the bytes give by themselves, beyond any name. */
  exact: { [kind in Kind]?: string };
  /** Types where nothing names another one of the container. */
  usual: { [kind in Kind]: string };
  /** The type where nothing says what its kind is. */
  unknown: string;
  /** All types of the container. */
  types: RegExp;
}

/** What others say of a file. */
export interface Claims {
  byName: string | undefined;
  declared: string | undefined;
}

/** Kinds of tracks as one word: what has a film in it is one. */
export function kindOfTracks(tracks: ReadonlySet<Kind>): Kind | undefined {
  if (tracks.has('video')) {
    return 'video';
  }
  return tracks.has('audio') ? 'audio' : undefined;
}

/**
 * The type of a container: the tracks decide whether it is sound or film, else the declared type, else the
 * name, both only where they name this container. Which of its types it is its brand says, else the name.
 */
export function containerType(container: Container, { byName, declared }: Claims): string {
  const { exact, usual, types, unknown } = container;
  const kind = container.kind ?? kindIn(declared, types) ?? kindIn(byName, types);
  if (!kind) {
    return unknown;
  }
  // Served files have a name and nothing declared: where tracks decide they have the type of their row.
  const words = container.kind ? [byName] : [byName, declared];
  return exact[kind] ?? words.find((type) => kindIn(type, types) === kind) ?? usual[kind];
}

function kindIn(type: string | undefined, types: RegExp): Kind | undefined {
  if (type === undefined || !types.test(type)) {
    return undefined;
  }
  return (['audio', 'video'] as const).find((kind) => type.startsWith(kind));
}
