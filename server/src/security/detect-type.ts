import mimeTypes from 'mime-types';
import { endOfProlog, xmlEncoding } from './svg/document';

/** How many bytes of a file the detection wants (the sample size of the `file-type` library). */
export const HEAD_BYTES = 4100;

/** Type of the pictures that can hold scripts. */
export const SVG = 'image/svg+xml';

const OCTET_STREAM = 'application/octet-stream';

/** Containers whose inner kind only the name tells: the name's type is taken where it says more. */
const CONTAINERS: Record<string, RegExp> = {
  'application/zip': /^application\/(vnd\.|epub|java-archive|x-)/,
  'application/x-cfb': /^application\/(msword|vnd\.ms-)/,
  'application/xml': /^(text|application)\/(xml|.+\+xml)$/,
};

/** What is known of a file's type before it is stored. */
export interface TypeEvidence {
  /** From the first bytes; undefined where they do not tell. */
  detected: string | undefined;
  /** From the name's extension. */
  byName: string | undefined;
  /** What the client said; undefined where it said nothing of use. */
  declared: string | undefined;
}

/** Collects the three witnesses of a file's type from its first bytes, its name and its part. */
export async function gatherEvidence(
  head: Uint8Array,
  name: string,
  contentType: string | undefined
): Promise<TypeEvidence> {
  const declared = contentType?.split(';')[0]?.trim().toLowerCase();
  return {
    detected: isSvg(head) ? SVG : await detectBinary(head),
    byName: mimeTypes.lookup(name) || undefined,
    declared:
      declared && isWellFormed(declared) && declared !== OCTET_STREAM ? declared : undefined,
  };
}

/**
 * The type that is stored: bytes win over the name, the name over the client's word
 * (as with the built-in plugin of Strapi 5.54).
 */
export function decideType({ detected, byName, declared }: TypeEvidence): string {
  if (detected && byName && CONTAINERS[detected]?.test(byName)) {
    return byName;
  }
  return detected ?? byName ?? declared ?? OCTET_STREAM;
}

async function detectBinary(head: Uint8Array): Promise<string | undefined> {
  // file-type is an ES module; a dynamic import works from the CommonJS build too.
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    // A head that lies about its inner lengths: the bytes do not tell.
    return undefined;
  }
}

/** `type/subtype` of RFC 6838 section 4.2 (127 characters each at most). */
const isWellFormed = (mime: string): boolean =>
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(mime);

/** True when the first element is `<svg`: only a prolog may come before. */
function isSvg(head: Uint8Array): boolean {
  const text = new TextDecoder(xmlEncoding(head)).decode(head);
  const start = endOfProlog(text);
  return start !== -1 && /^<(\w+:)?svg[\s>/]/i.test(text.slice(start, start + 100));
}
