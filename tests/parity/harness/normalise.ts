import { ANY_ID, kindOfId } from './ids';

/** What two runs never have in common gets a label; everything else stays, key by key. */
export interface Normaliser {
  /** A copy of a value with its ids, hashes, document ids, times of now and addresses labelled. */
  value(value: unknown): unknown;
  /** The same of a text. */
  text(text: string): string;
}

/** Document ids and ends of hashes are random, but for those of the library. */
const DOCUMENT_ID = /\b(?!\w+x{8})[a-z][a-z0-9]{23}\b/g;
const HASH = /(?<=_)(?!0{9})[0-9a-f]{10}(?![0-9a-z])/g;
const ISO_DATE = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const HTTP_DATE = /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT/g;
const HOUR = 3_600_000;

/** Pictures that are encoded anew when they are uploaded: encoders differ in bytes. */
const ENCODED = /^image\/(jpeg|png|webp|tiff|avif|gif)$/;

/** What is known of a server before its outcome is read. */
export interface Known {
  /** Texts such as the server's origin, and what to write for them. */
  places: Record<string, string>;
  /** Names by the ids of what was there before. */
  ids: ReadonlyMap<number, string>;
  /** What has a document id, by that id. */
  documents: ReadonlyMap<string, string>;
}

/**
 * Labels by the order in which things appear first, so that what is the same within one server's
 * outcome stays the same: `<files 1>` in an answer is the row `<files 1>`.
 */
export function createNormaliser({ places, ids, documents }: Known): Normaliser {
  const seen = new Map([...ids].map(([id, name]) => [`${kindOfId(id)} ${id}`, `<${name}>`]));
  const counts = new Map<string, number>();

  const label = (kind: string, raw: string): string => {
    const key = `${kind} ${raw}`;
    const known = seen.get(key);
    if (known) {
      return known;
    }
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    seen.set(key, `<${kind} ${count}>`);
    return `<${kind} ${count}>`;
  };

  const text = (raw: string): string => {
    let result = raw;
    for (const [place, name] of Object.entries(places)) {
      result = result.replaceAll(place, name);
    }
    return result
      .replace(ISO_DATE, recent)
      .replace(HTTP_DATE, recent)
      .replace(ANY_ID, (id) => label(kindOfId(Number(id)) ?? 'id', id))
      .replace(DOCUMENT_ID, (id) => label(`${documents.get(id) ?? 'unknown'} documentId`, id))
      .replace(HASH, (hash) => label('hash', hash));
  };

  const number = (raw: number): unknown => {
    const kind = kindOfId(raw);
    if (kind) {
      return label(kind, String(raw));
    }
    return isNow(raw) ? '<now>' : raw;
  };

  const value = (raw: unknown): unknown => {
    if (typeof raw === 'string') {
      return text(raw);
    }
    if (typeof raw === 'number') {
      return number(raw);
    }
    if (Array.isArray(raw)) {
      return raw.map(value);
    }
    if (typeof raw === 'object' && raw !== null) {
      const entries = Object.entries(raw).map(([key, member]) => [
        text(key),
        isEncodedSize(raw, key, member) ? '<size of a picture>' : value(member),
      ]);
      return Object.fromEntries(entries);
    }
    return raw;
  };
  return { value, text };
}

const isNow = (time: number): boolean => Math.abs(Date.now() - time) < HOUR;

const recent = (date: string): string => (isNow(Date.parse(date)) ? '<now>' : date);

/** Sizes that encoders decide; that there is one is compared. */
function isEncodedSize(owner: object, key: string, value: unknown): boolean {
  return (
    (key === 'size' || key === 'sizeInBytes') &&
    typeof value === 'number' &&
    value > 0 &&
    'mime' in owner &&
    ENCODED.test(String(owner.mime))
  );
}
