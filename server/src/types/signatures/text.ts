/** Bytes that no text has (WHATWG MIME Sniffing, "binary data byte"). */
const BINARY = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
const IS_BINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  BINARY.test(String.fromCharCode(byte)) ? 1 : 0
);

/** Characters that nobody writes: unassigned ones, and those of private use. */
const UNWRITTEN = /[\p{Cn}\p{Co}]/u;

/** Least part of the characters that are of Latin-1, blanks and signs among them, in UTF-16 without a mark. */
const LATIN_SHARE = 0.1;

/** Most of the zeros that may stand at the other place: some characters end in one. */
const STRAY_SHARE = 0.1;

/** The first bytes of a text, as text. */
export interface Text {
  text: string;
  /** By which its charset is called in a Content-Type; undefined for one that ASCII is part of. */
  utf16?: 'utf-16' | 'utf-16le' | 'utf-16be' | undefined;
}

/**
 * Reads first bytes as a text: UTF-16 with its mark or, where its zeros show it, without (RFC 2781); else
 * any encoding in which the characters of ASCII are what they are.
 *
 * @returns undefined for what is no text
 */
export function readText(head: Uint8Array): Text | undefined {
  const marked = mark(head);
  if (marked) {
    const text = strictly(head, marked);
    return text === undefined ? undefined : { text, utf16: 'utf-16' };
  }
  if (!hasBinary(head)) {
    return { text: new TextDecoder().decode(head) };
  }
  const unmarked = orderByZeros(head);
  const text = unmarked && strictly(head, unmarked);
  return text && !UNWRITTEN.test(text) ? { text, utf16: unmarked } : undefined;
}

/**
 * The charset that a Content-Type tells of a text.
 *
 * @param isWhole whether the first bytes are all of them; else the last character may be cut
 * @returns undefined where it is not known
 */
export function charsetOf(head: Uint8Array, isWhole: boolean): string | undefined {
  const utf16 = readText(head)?.utf16;
  if (utf16) {
    return utf16;
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !isWhole });
    return 'utf-8';
  } catch {
    return undefined;
  }
}

const hasBinary = (head: Uint8Array): boolean => head.some((byte) => IS_BINARY[byte] === 1);

function mark([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) {
    return 'utf-16le';
  }
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** Nothing but whole characters, none of them binary; half a one at the end is none yet. */
function strictly(head: Uint8Array, encoding: string): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return BINARY.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Characters of Latin-1 have a zero before them or behind them; no character is zero itself. */
function orderByZeros(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  let [before, behind] = [0, 0];
  for (let at = 0; at + 1 < head.length; at += 2) {
    const [isBefore, isBehind] = [head[at] === 0, head[at + 1] === 0];
    if (isBefore && isBehind) {
      return undefined;
    }
    before += isBefore ? 1 : 0;
    behind += isBehind ? 1 : 0;
  }
  if (Math.max(before, behind) < Math.max(2, (head.length / 2) * LATIN_SHARE)) {
    return undefined;
  }
  if (behind > before) {
    return before <= behind * STRAY_SHARE ? 'utf-16le' : undefined;
  }
  return behind <= before * STRAY_SHARE ? 'utf-16be' : undefined;
}
