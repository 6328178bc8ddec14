import { ANY_ID, kindOfId } from './ids';

/** Replaces values that differ in each run by labels, and keeps all other values. */
export interface Normaliser {
  /** Returns a copy of a value, with labels for ids, hashes, document ids, current times and addresses. */
  value(value: unknown): unknown;
  /** Returns a text in which the same labels replace such values. */
  text(text: string): string;
}

/**
 * Matches random document ids. It does not match the document ids of the library, which are fixed. `HASH` matches the
 * random ends of hashes in the same way.
 */
const DOCUMENT_ID = /\b(?!\w+x{8})[a-z][a-z0-9]{23}\b/g;
const HASH = /(?<=_)(?!0{9})[0-9a-f]{10}(?![0-9a-z])/g;
const ISO_DATE = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const HTTP_DATE = /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT/g;
const HOUR = 3_600_000;

/** Types of images that are encoded again at the upload. Their bytes depend on the encoder. */
const ENCODED = /^image\/(jpeg|png|webp|tiff|avif|gif)$/;

/** Values of a server that are known before its outcome is read. */
export interface Known {
  /** Labels for texts such as the server's origin. */
  places: Record<string, string>;
  /** Names of the library's files, folders and entries, by id. */
  ids: ReadonlyMap<number, string>;
  /** Name of the table of each document id. */
  documents: ReadonlyMap<string, string>;
}

/**
 * Makes labels with numbers in the order in which values first appear. Equal values within one server's outcome get the
 * same label: `<files 1>` in an answer is the row `<files 1>`.
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

/** Whether a size depends on the encoder. Only the presence of such a size is compared. */
function isEncodedSize(owner: object, key: string, value: unknown): boolean {
  return (
    (key === 'size' || key === 'sizeInBytes') &&
    typeof value === 'number' &&
    value > 0 &&
    'mime' in owner &&
    ENCODED.test(String(owner.mime))
  );
}
