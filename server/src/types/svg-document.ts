/** The encoding of an XML document according to its first bytes, by default UTF-8 (XML 1.0 appendix F). */
export function xmlEncoding([first, second]: Uint8Array): string {
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) {
    return 'utf-16be';
  }
  return (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)
    ? 'utf-16le'
    : 'utf-8';
}

/**
 * The encoding of an XML document: the encoding in its declaration, if the declaration is readable; otherwise the
 * encoding that its first bytes show. The encoding may be unknown. Some programs write a declaration of UTF-16 in
 * single bytes. Such a declaration is wrong: browsers then use UTF-8.
 */
export function declaredEncoding(bytes: Buffer): string {
  const declaration = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/;
  const declared = declaration.exec(bytes.toString('latin1', 0, 200))?.[1];
  return declared === undefined || UTF_16.test(declared) ? xmlEncoding(bytes) : declared;
}

/** Names of UTF-16 (WHATWG Encoding, section 4.2). */
const UTF_16 = /^(?:utf-16|(?:iso-10646-)?ucs-2|(?:cs)?unicode)/i;

/** Index of the first character after declaration, comments and document type; -1 if one of them has no end. */
export function endOfProlog(text: string): number {
  let at = 0;
  for (;;) {
    at += text.slice(at).search(/\S|$/);
    const end = endOfMisc(text, at);
    if (end === at || end === -1) {
      return end;
    }
    at = end;
  }
}

function endOfMisc(text: string, at: number): number {
  const behind = (mark: string) => {
    const found = text.indexOf(mark, at);
    return found === -1 ? -1 : found + mark.length;
  };
  if (text.startsWith('<?', at)) {
    return behind('?>');
  }
  if (text.startsWith('<!--', at)) {
    return behind('-->');
  }
  return isDoctype(text, at) ? endOfDoctype(text, at) : at;
}

const isDoctype = (text: string, at: number): boolean => /^<!doctype/i.test(text.slice(at, at + 9));

/** Returns the offset after a document type. The internal subset `[…]` of a document type may itself contain `>`. */
function endOfDoctype(text: string, at: number): number {
  const subset = text.indexOf('[', at);
  const close = text.indexOf('>', at);
  const from = subset !== -1 && subset < close ? text.indexOf(']', subset) : at;
  return from === -1 ? -1 : text.indexOf('>', from) + 1 || -1;
}
