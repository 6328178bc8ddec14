import path from 'node:path';
import mimeTypes from 'mime-types';
import { endOfProlog, xmlEncoding } from './svg/document';
import { isActive, isUtf16, PLAIN_TEXT, textKind } from './text-kind';

/** How many bytes of a file the detection wants (the sample size of the `file-type` library). */
export const HEAD_BYTES = 4100;

/** Type of the pictures that can hold scripts. */
export const SVG = 'image/svg+xml';

export const OCTET_STREAM = 'application/octet-stream';

/** Containers whose inner kind only the name tells: the name's type is taken where it says more. */
const CONTAINERS: Record<string, RegExp> = {
  'application/zip': /^application\/(vnd\.|epub|java-archive|x-)/,
  'application/x-cfb': /^application\/(msword|vnd\.ms-)/,
  'application/xml': /^(text|application)\/(xml|.+\+xml)$/,
};

/** Types whose files say so in their first bytes: where the bytes do not, the name is wrong. */
const SELF_EVIDENT =
  /^(image\/(?!svg|vnd\.dxf|x-xbitmap|x-xpixmap|x-portable-)|video\/(?!vnd\.mpegurl)|audio\/(?!x-mpegurl)|font\/|application\/(pdf|zip|gzip|msword|vnd\.(ms-|openxmlformats-|oasis\.)|epub|java-archive|wasm))/;

/** Types of text other than `text/…`. */
const TEXT = /^text\/|[/+.-](json|xml|yaml|toml|sql|javascript|ecmascript|php|sh|csh|perl|tcl)$/;

/** Extension of videos, and of programs in TypeScript. */
const TYPESCRIPT = /\.[cm]?ts$/i;

/** What is known of a file's type before it is stored. */
export interface TypeEvidence {
  /** From the first bytes; undefined where they do not tell. */
  detected: string | undefined;
  /** What kind of text it is; undefined for what is none, or was detected. */
  text?: string | undefined;
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
  const detected = isSvg(head) ? SVG : await detectBinary(head);
  const text = detected ? undefined : textKind(head, head.length < HEAD_BYTES);
  // Not the library's look at all of a name: "html" without a dot is no extension.
  const byName = mimeTypes.lookup(path.extname(name)) || undefined;
  const isProgram = text !== undefined && TYPESCRIPT.test(name);
  return {
    detected,
    text,
    byName: isProgram ? PLAIN_TEXT : byName,
    declared:
      declared && isWellFormed(declared) && declared !== OCTET_STREAM ? declared : undefined,
  };
}

/** A file's type, and who says so. */
export interface TypeDecision {
  mime: string;
  /** The type without a look at what kind of text it is. */
  claimed: string;
  /** Whether the bytes say it against, or without, the name. */
  byBytes: boolean;
}

/**
 * The type that is stored: bytes win over the name, the name over the client's word (as with the built-in
 * plugin of Strapi 5.54). Which kind of text a text is its name says best, unless it names none: then
 * the bytes do, and a client's word never makes a page or a program of it.
 */
export function decideType(evidence: TypeEvidence): TypeDecision {
  const { detected, text, byName, declared } = evidence;
  const claimed = claimedType(evidence);
  if (detected || text === undefined) {
    return { mime: claimed, claimed, byBytes: detected === claimed };
  }
  if (isSelfEvident(claimed)) {
    return { mime: text, claimed, byBytes: true };
  }
  if (byName) {
    const isWorse = isActive(text) && !TEXT.test(byName);
    return { mime: isWorse ? text : byName, claimed, byBytes: isWorse };
  }
  const saysMore =
    declared && !isActive(declared) && (text === PLAIN_TEXT || declared.endsWith('json'));
  return { mime: saysMore && !isActive(text) ? declared : text, claimed, byBytes: false };
}

function claimedType({ detected, byName, declared }: TypeEvidence): string {
  if (detected && byName && CONTAINERS[detected]?.test(byName)) {
    return byName;
  }
  return detected ?? byName ?? declared ?? OCTET_STREAM;
}

/** True for a type whose files say so in their first bytes. */
export const isSelfEvident = (mime: string): boolean => SELF_EVIDENT.test(mime);

async function detectBinary(head: Uint8Array): Promise<string | undefined> {
  // file-type is an ES module; a dynamic import works from the CommonJS build too.
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    const found = (await fileTypeFromBuffer(head))?.mime;
    // The mark of UTF-16 begins a frame of MPEG audio, too.
    return found?.startsWith('audio/') && isUtf16(head) ? undefined : found;
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
