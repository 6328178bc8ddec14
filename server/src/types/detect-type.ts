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

/** Types of files that are no texts, but for those that {@link TEXTS} names. */
const SELF_EVIDENT =
  /^((image|video|audio|font)\/|application\/(pdf|zip|gzip|msword|vnd\.(ms-|openxmlformats-|oasis\.)|epub|java-archive|wasm))/;

/** What is known of a file's type before it is stored. */
export interface TypeEvidence {
  /** From the first bytes; undefined where they do not tell. */
  detected: string | undefined;
  /** What they say without a look at the name; left out where that is the same. */
  alone?: string | undefined;
  /** What kind of text it is; undefined for what is none, or was detected. */
  text?: string | undefined;
  /** From the name's extension. */
  byName: string | undefined;
  /** What the client said; undefined where it said nothing of use. */
  declared: string | undefined;
  /** Whether the name stands for something that is run, and that the bytes are not. */
  isNameFalse?: boolean;
  /** The same of the client's word. */
  isWordFalse?: boolean;
}

/**
 * Collects the three witnesses of a file's type from its first bytes, its name and its part.
 *
 * @param head as many bytes as `wantedBytes` says, or all of a shorter file
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

/** Which of name and word stand for something that is run, and that the bytes are not. */
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

/** A file's type, and who says so. */
export interface TypeDecision {
  mime: string;
  /** The type without a look at what kind of text it is. */
  claimed: string;
  /** What the bytes prove of it. */
  proof: Proof;
}

/**
 * The type that is stored: bytes win over the name, the name over the client's word (as with the built-in
 * plugin of Strapi 5.54). Which kind of text a text is its name says best, unless it names none: then
 * the bytes do, and a client's word never makes a page or a program of it.
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
    // A file that was called something else never becomes a program by that.
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

/** True for a type whose files say so in their first bytes. */
export const isSelfEvident = (mime: string): boolean =>
  SELF_EVIDENT.test(mime) && !TEXTS.test(mime) && mime !== SVG;

/** `type/subtype` of RFC 6838 section 4.2 (127 characters each at most). */
const isWellFormed = (mime: string): boolean =>
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(mime);
