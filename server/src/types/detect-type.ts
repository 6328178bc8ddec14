import { OCTET_STREAM, PLAIN_TEXT, SVG } from './common-types';
import { isActive } from './text-kind';
import { detectBinary, HEAD_BYTES } from './signatures/detect';
import { documentType, drawingType, kindOf } from './signatures/detect-text';
import { areKin } from './signatures/families';
import {
  extensionIn,
  mayRunAs,
  NAMED_TEXT,
  PAGE_TYPES,
  TEXTS,
  typeOfName,
  usualExtension,
  type Proof,
} from './signatures/extensions';
import { isMeant } from './signatures/second-marks';
import { readText } from './signatures/text';
import { isMarked } from './signatures/text-formats';

/** Types whose files are not text, except those that {@link TEXTS} names. */
const SELF_EVIDENT =
  /^((image|video|audio|font)\/|application\/(pdf|zip|gzip|msword|vnd\.(ms-|openxmlformats-|oasis\.)|epub|java-archive|wasm))/;

/** The facts about a file's type that are known before the file is stored. */
export interface TypeEvidence {
  /** Type according to the first bytes; undefined if these bytes do not show a type. */
  detected: string | undefined;
  /** Type according to the bytes without the name; missing if it equals `detected`. */
  alone?: string | undefined;
  /** Kind of text; undefined if the file is no text, or its type was detected. */
  text?: string | undefined;
  /** Type according to the name's extension. */
  byName: string | undefined;
  /** Type that the client sent; undefined if it sent none, or only `application/octet-stream`. */
  declared: string | undefined;
  /** Whether the extension is that of a file that can be executed, while the bytes are something else. */
  isNameFalse?: boolean;
  /** Whether the client's type is that of a file that can be executed, while the bytes are something else. */
  isWordFalse?: boolean;
}

/**
 * Collects the three sources of a file's type: its first bytes, its name, and the Content-Type of its part.
 *
 * @param head as many bytes as `wantedBytes` returns, or the whole file if it is shorter
 */
export async function gatherEvidence(
  head: Uint8Array,
  name: string,
  contentType: string | undefined
): Promise<TypeEvidence> {
  const first = head.subarray(0, HEAD_BYTES);
  const text = readText(first)?.text;
  const claims = {
    byName: typeOfName(name, text !== undefined),
    declared: declaredType(contentType),
  };
  const isWhole = first.length < HEAD_BYTES;
  const begun = drawingType(first, text, claims.byName) ?? documentType(first, text, claims);
  const isOther =
    begun && text !== undefined && !isMeant(begun, { text, isWhole }, { name, ...claims });
  const told = isOther ? undefined : begun;
  const found =
    text === undefined && !told ? await detectBinary(head, extensionIn(name), claims) : undefined;
  const detected = told ?? found?.type;
  const kind =
    detected === undefined && text !== undefined ? kindOf(text, name, isWhole) : undefined;
  const witnesses = { detected, alone: found?.alone ?? begun, text: kind, ...claims };
  return { ...witnesses, ...falseWords(name, witnesses) };
}

function declaredType(contentType: string | undefined): string | undefined {
  const declared = contentType?.split(';')[0]?.trim().toLowerCase();
  return declared && isWellFormed(declared) && declared !== OCTET_STREAM ? declared : undefined;
}

/**
 * Tells whether the name, and whether the client's type, stands for a file that can be executed, while the bytes are
 * something else.
 */
function falseWords(
  name: string,
  { detected, text, declared }: TypeEvidence
): Pick<TypeEvidence, 'isNameFalse' | 'isWordFalse'> {
  const proof = proofOf(detected, text);
  const isFalse = (ext: string) => !mayRunAs(ext, detected ?? text ?? OCTET_STREAM, proof);
  const isWordFalse =
    declared !== undefined &&
    (isActive(declared) || isFalse(extensionIn(`a${usualExtension(declared)}`)));
  return { isNameFalse: isFalse(extensionIn(name)), isWordFalse };
}

const proofOf = (detected: string | undefined, kind: string | undefined): Proof =>
  detected ? 'type' : kind ? 'text' : 'nothing';

/** A file's type, and how it was found. */
export interface TypeDecision {
  mime: string;
  /** The type if the kind of text is not taken into account. */
  claimed: string;
  /** How much the bytes prove about the type. */
  proof: Proof;
}

/**
 * Decides the type to store. The bytes take precedence over the name, and the name over the client's type, as in
 * Strapi's built-in plugin (5.54). The name is the best source for the kind of a text. If the name says nothing, the
 * bytes decide. The client's type never turns a text into a page or a program.
 */
export function decideType(evidence: TypeEvidence): TypeDecision {
  const { detected, text, byName, declared, isNameFalse, isWordFalse } = evidence;
  const claimed = claimedType(evidence);
  const proof = proofOf(detected, text);
  if (detected) {
    return { mime: detected, claimed, proof };
  }
  if (text !== undefined) {
    return { mime: typeOfText(text, evidence), claimed, proof };
  }
  const word = byName ?? (isWordFalse ? undefined : declared);
  return { mime: isNameFalse ? OCTET_STREAM : (word ?? OCTET_STREAM), claimed, proof };
}

function claimedType({ detected, text, byName, declared }: TypeEvidence): string {
  const marked = text !== undefined && isMarked(text) ? text : undefined;
  return detected ?? byName ?? marked ?? declared ?? OCTET_STREAM;
}

function typeOfText(text: string, { byName, declared, isNameFalse, isWordFalse }: TypeEvidence) {
  const word = byName ?? declared;
  if (isNameFalse || (word && isSelfEvident(word))) {
    // A text under another type's name must not become a program.
    return isActive(text) && !PAGE_TYPES.includes(text) ? PLAIN_TEXT : text;
  }
  if (byName) {
    const saysLess = isActive(text)
      ? !NAMED_TEXT.test(byName)
      : isMarked(text) && (byName === OCTET_STREAM || areKin(byName, text));
    return saysLess ? text : byName;
  }
  const saysMore = declared && (text === PLAIN_TEXT || declared.endsWith('json'));
  return saysMore && !isWordFalse && !isActive(text) ? declared : text;
}

/** Whether files of this type can be recognised by their first bytes. */
export const isSelfEvident = (mime: string): boolean =>
  SELF_EVIDENT.test(mime) && !TEXTS.test(mime) && mime !== SVG;

/** Whether a type has the form `type/subtype` of RFC 6838 section 4.2 (at most 127 characters each). */
const isWellFormed = (mime: string): boolean =>
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(mime);
