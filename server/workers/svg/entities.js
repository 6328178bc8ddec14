'use strict';

/** Maximum number of characters that the entity references of one SVG may add. */
const MOST_ADDED = 1_000_000;

/** Maximum number of levels of entities in entities. Drawing programs use one level. */
const DEEPEST = 16;

/** Entities that the parser knows itself (XML 1.0, section 4.6). */
const PREDEFINED = new Set(['lt', 'gt', 'amp', 'quot', 'apos']);

/**
 * Returns an SVG without its prolog, in which the entities of its document type are expanded as in XML 1.0 (section
 * 4.4): as markup in content, as text in attributes, not at all in comments and CDATA. References to external and
 * parameter entities stay, so that the parser refuses them.
 *
 * @param {string} text
 * @returns {string}
 * @throws {Error} if the prolog has no end, or entities contain themselves or become too long
 */
function withoutProlog(text) {
  const { entities, start } = prologOf(text);
  return entities.size === 0 ? text.slice(start) : new Expansion(entities).content(text, start);
}

/** The entities of a prolog, and where the root element begins. */
function prologOf(text) {
  let entities = new Map();
  let at = behindBlanks(text, 0);
  for (;;) {
    if (text.startsWith('<?', at)) {
      at = behind(text, '?>', at);
    } else if (text.startsWith('<!--', at)) {
      at = behind(text, '-->', at);
    } else if (/^<!doctype/i.test(text.slice(at, at + 9))) {
      ({ entities, end: at } = documentType(text, at + 9));
    } else {
      return { entities, start: at };
    }
    at = behindBlanks(text, at);
  }
}

/** Reads a document type after its keyword. The first declaration of a name counts (section 4.2). */
function documentType(text, start) {
  const entities = new Map();
  let { at, mark } = nextMark(text, start);
  while (mark !== '>') {
    if (mark === '<') {
      at = subsetItem(text, at - 1, entities);
    }
    ({ at, mark } = nextMark(text, at));
  }
  return { entities, end: at };
}

/** The next angle bracket outside of quotes, and the offset after it. Everything else here can be ignored. */
function nextMark(text, from) {
  const at = unquoted(/["'<>]/g, text, from);
  if (at === text.length) {
    throw endless();
  }
  return { at: at + 1, mark: text[at] };
}

/**
 * Offset of the next mark outside of quotes; the end of the text if there is none.
 *
 * @param {RegExp} marks must include both quotes
 */
function unquoted(marks, text, from) {
  let at = from;
  for (;;) {
    marks.lastIndex = at;
    const found = marks.exec(text);
    if (!found || !QUOTES.has(found[0])) {
      return found?.index ?? text.length;
    }
    const close = text.indexOf(found[0], found.index + 1);
    if (close === -1) {
      return text.length;
    }
    at = close + 1;
  }
}

const QUOTES = new Set(['"', "'"]);

/** Skips one declaration of the internal subset, and stores the entity that it defines. */
function subsetItem(text, at, entities) {
  if (text.startsWith('<!--', at)) {
    return behind(text, '-->', at);
  }
  if (text.startsWith('<?', at)) {
    return behind(text, '?>', at);
  }
  const end = unquoted(/["'>]/g, text, at);
  const [, name, double, single] = ENTITY.exec(text.slice(at, end)) ?? [];
  if (name && !PREDEFINED.has(name) && !entities.has(name)) {
    entities.set(name, withCharacters(double ?? single));
  }
  if (end === text.length) {
    throw endless();
  }
  return end + 1;
}

const ENTITY = /^<!ENTITY\s+([^\s"'%&;]+)\s+(?:"([^"%]*)"|'([^'%]*)')\s*$/;

/** Replaces character references. This is done when an entity is declared (section 4.5). */
const withCharacters = (value) =>
  value.replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (reference, hex, decimal) => {
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });

/** Replaces entity references. Each entity is expanded only once, however often it is used. */
class Expansion {
  constructor(entities) {
    this.entities = entities;
    this.depth = 0;
    this.done = new Map();
  }

  /** Expands a text with markup, from an index on. */
  content(text, start) {
    const parts = [];
    const room = { left: MOST_ADDED };
    let at = start;
    while (at < text.length) {
      const { end, how } = nextPart(text, at);
      const part = text.slice(at, end);
      parts.push(how ? this.replaced(part, how, room) : part);
      at = end;
    }
    return parts.join('');
  }

  replaced(text, how, room) {
    return text.replace(/&([^\s#&;<>"']{1,100});/g, (reference, name) => {
      const value = this.entities.has(name) ? this.valueOf(name, how) : undefined;
      room.left -= value?.length ?? 0;
      if (room.left < 0) {
        throw new Error('its entities expand to too much text');
      }
      return value ?? reference;
    });
  }

  valueOf(name, how) {
    const key = `${how}:${name}`;
    if (!this.done.has(key)) {
      if (this.depth === DEEPEST) {
        throw new Error('its entities contain each other');
      }
      this.depth += 1;
      this.done.set(key, this[how](this.entities.get(name), 0));
      this.depth -= 1;
    }
    return this.done.get(key);
  }

  /**
   * The value of an entity in an attribute, escaped so that it cannot end the attribute or its tag. References inside
   * the value stay plain text. XML says otherwise, but Chromium does it this way, and the SVG shall look the same as
   * before.
   */
  attribute(value) {
    return value.replace(/["'<&]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  }
}

const VERBATIM = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/** Where the text, tag or section at an index ends, and how references in it are replaced. */
function nextPart(text, at) {
  if (text[at] !== '<') {
    const end = text.indexOf('<', at);
    return { end: end === -1 ? text.length : end, how: 'content' };
  }
  const [, close] = VERBATIM.find(([open]) => text.startsWith(open, at)) ?? [];
  if (close) {
    const found = text.indexOf(close, at);
    return { end: found === -1 ? text.length : found + close.length, how: null };
  }
  return { end: unquoted(/["'>]/g, text, at), how: 'attribute' };
}

function behindBlanks(text, at) {
  BLANKS.lastIndex = at;
  return at + BLANKS.exec(text)[0].length;
}

const BLANKS = /\s*/y;

function behind(text, mark, at) {
  const found = text.indexOf(mark, at);
  if (found === -1) {
    throw endless();
  }
  return found + mark.length;
}

const endless = () => new Error('its prolog, the part before its root element, does not end');

module.exports = { withoutProlog };
