/** Bytes that no text has (WHATWG MIME Sniffing, "binary data byte"). */
const BINARY = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
const IS_BINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  BINARY.test(String.fromCharCode(byte)) ? 1 : 0
);

/** Characters that no real text has: unassigned characters, and characters for private use. */
const UNWRITTEN = /[\p{Cn}\p{Co}]/u;

/** Smallest share of Latin-1 characters, which include blanks and punctuation, in UTF-16 without a byte order mark. */
const LATIN_SHARE = 0.1;

/**
 * Maximum number of characters with a zero byte at the wrong position, as a share of the characters with a zero byte at
 * the right position. A few characters that are not Latin-1 have a zero byte at the wrong position.
 */
const STRAY_SHARE = 0.1;

/** The decoded first bytes of a text. */
export interface Text {
  text: string;
  /** Name of the charset in a Content-Type; undefined for a charset that includes ASCII. */
  utf16?: 'utf-16' | 'utf-16le' | 'utf-16be' | undefined;
}

/**
 * Reads the first bytes as text. UTF-16 is recognised by its byte order mark, or without one by its zero bytes (RFC
 * 2781). Otherwise any encoding is accepted that includes ASCII.
 *
 * @returns undefined if the bytes are no text
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
 * The charset for the Content-Type of a text.
 *
 * @param isWhole whether `head` is the whole file; otherwise the last character may be cut off
 * @returns undefined if unknown
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

/**
 * Decodes text only if all characters are valid and none of them is binary. Ignores an incomplete character at the end.
 */
function strictly(head: Uint8Array, encoding: string): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return BINARY.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * The byte order of UTF-16 text without a byte order mark. A Latin-1 character consists of a zero byte and another
 * byte, so the position of the zero bytes shows the order. Two zero bytes are not a character.
 */
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
