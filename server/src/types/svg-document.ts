/** The encoding of an XML document: by its first bytes, else UTF-8 (XML 1.0 appendix F). */
export function xmlEncoding([first, second]: Uint8Array): string {
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) {
    return 'utf-16be';
  }
  return (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)
    ? 'utf-16le'
    : 'utf-8';
}

/**
 * The encoding of an XML document as its declaration tells, where that can be read, else as its first bytes do. Nobody has
 * asked yet whether there is such an encoding. A declaration that is readable byte by byte and says that it is in
 * UTF-16, as some programs write, is wrong: browsers take UTF-8 then.
 */
export function declaredEncoding(bytes: Buffer): string {
  const declaration = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/;
  const declared = declaration.exec(bytes.toString('latin1', 0, 200))?.[1];
  return declared === undefined || UTF_16.test(declared) ? xmlEncoding(bytes) : declared;
}

/** Its names (WHATWG Encoding, section 4.2). */
const UTF_16 = /^(?:utf-16|(?:iso-10646-)?ucs-2|(?:cs)?unicode)/i;

/** Index of what comes after declaration, comments and document type; -1 where one has no end. */
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

/** The internal subset `[…]` of a document type may hold `>` itself. */
function endOfDoctype(text: string, at: number): number {
  const subset = text.indexOf('[', at);
  const close = text.indexOf('>', at);
  const from = subset !== -1 && subset < close ? text.indexOf(']', subset) : at;
  return from === -1 ? -1 : text.indexOf('>', from) + 1 || -1;
}
