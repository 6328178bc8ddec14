/** Most plain entities of one document, and most characters of each: Illustrator defines a dozen. */
const MAX_ENTITIES = 64;
const MAX_LENGTH = 1000;

const ENTITY = /<!ENTITY\s+([\w.-]+)\s+(?:"([^"<&%]*)"|'([^'<&%]*)')\s*>/g;

/** The encoding of an XML document: by its first bytes, else UTF-8 (XML 1.0 appendix F). */
export function xmlEncoding([first, second]: Uint8Array): string {
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) {
    return 'utf-16be';
  }
  return (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)
    ? 'utf-16le'
    : 'utf-8';
}

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

/**
 * A document without its prolog, the plain entities that its document type defines in their places.
 * External entities, and entities made of entities, are left unresolved: the parser refuses them then.
 *
 * @returns null where the prolog has no end
 */
export function withoutProlog(text: string): string | null {
  const end = endOfProlog(text);
  if (end === -1) {
    return null;
  }
  const entities = new Map<string, string>();
  for (const [, name = '', double, single = ''] of text.slice(0, end).matchAll(ENTITY)) {
    const value = double ?? single;
    if (entities.size < MAX_ENTITIES && value.length <= MAX_LENGTH && !entities.has(name)) {
      entities.set(name, value.replaceAll('"', '&quot;'));
    }
  }
  let added = 0;
  return text.slice(end).replace(/&([\w.-]+);/g, (reference, name: string) => {
    const value = entities.get(name);
    added += value?.length ?? 0;
    return value === undefined || added > text.length ? reference : value;
  });
}
