'use strict';

// Style sheets keep everything about appearance. Unknown properties stay too, since a browser that knows them draws by
// them. Only constructs that could load or run something are forbidden:
// - addresses outside the file, in any function: `url()`, `src()`, `image-set()` and similar ones;
// - at-rules that load (`@import`, `@document`), and unknown ones;
// - `expression()`, `-moz-binding`, `behavior` and `-o-link`, with which old browsers ran scripts;
// - invalid tokens (a string or `url()` without an end), and escapes in names of functions.
// A style sheet is split into tokens (CSS Syntax 3), and the allowed ones are written one by one. So the result
// contains none of these constructs, wherever a browser sees the beginning of a rule.

const { ident, lexer, string, tokenTypes: T, url } = require('css-tree');
const { tokensOf, written } = require('./css-tokens');

const AT_RULES = new Set(
  (
    'charset color-profile container counter-style font-face font-feature-values font-palette-values keyframes layer ' +
    '-webkit-keyframes -moz-keyframes -o-keyframes media namespace page position-try property scope starting-style ' +
    'supports view-transition stylistic styleset character-variant swash ornaments annotation historical-forms'
  ).split(' ')
);

/** Functions that accept an address as a string, or run something. */
const FORBIDDEN_FUNCTIONS = new Set(
  'src image image-set -webkit-image-set cross-fade -webkit-cross-fade expression paint url-prefix domain element -moz-element'.split(
    ' '
  )
);

const FORBIDDEN_PROPERTIES = new Set(
  'behavior -ms-behavior -moz-binding -o-link -o-link-source'.split(' ')
);

/** Functions that css-tree knows (the CSS syntax from MDN), and some that it does not know yet. */
const KNOWN_FUNCTIONS = new Set(
  [
    ...Object.keys(lexer.types)
      .filter((name) => name.endsWith('()'))
      .map((name) => name.slice(0, -2).toLowerCase()),
    ...'format tech local type attr selector symbols if style contrast-color shape sibling-index icc-color'.split(
      ' '
    ),
    // Names of functions in selectors.
    ...'is not where has lang dir nth-child nth-last-child nth-of-type nth-last-of-type part host state'.split(
      ' '
    ),
  ].filter((name) => !FORBIDDEN_FUNCTIONS.has(name))
);

/** Functions that can return a string. In an unknown function, such a string could be used as an address. */
const SOURCES = new Set(['var', 'env', 'attr']);

/** Tokens that are never allowed, except at the places that `Cleaner` handles itself. */
const NEVER = new Set([T.BadString, T.BadUrl, T.AtKeyword, T.CDO, T.CDC]);

const OPENING = new Map([
  [T.Function, T.RightParenthesis],
  [T.LeftParenthesis, T.RightParenthesis],
  [T.LeftSquareBracket, T.RightSquareBracket],
  [T.LeftCurlyBracket, T.RightCurlyBracket],
]);
const CLOSING = new Set(OPENING.values());

/** Maximum number of levels of nested blocks. */
const DEEPEST = 32;

/**
 * Returns the safe form of a style sheet.
 *
 * @param {string} text a style sheet
 * @param {{picture: (address: string) => string|null, font: (address: string) => string|null}} addresses return the
 *   safe form of the address of a picture or a font; null if the address must be removed
 * @returns {string} the safe style sheet. It contains no `<`, so it cannot end an element.
 */
function safeStyleSheet(text, addresses) {
  return new Cleaner(text, addresses).contents(true);
}

/** Returns the safe form of the value of a `style` attribute, as `safeStyleSheet` does for a style sheet. */
function safeDeclarations(text, addresses) {
  return PLAIN.test(text) ? text : new Cleaner(text, addresses).contents(false);
}

/** Declarations without functions, strings, escapes, comments and blocks, as most declarations are. */
const PLAIN = /^[\w\s:;#.,%+!-]*$/;

/** Returns the safe form of the value of a presentation attribute; null if the value must be removed. */
function safeValue(text, addresses) {
  const cleaner = new Cleaner(text, addresses);
  return cleaner.written(0, cleaner.tokens.length, 'picture');
}

class Cleaner {
  constructor(text, addresses) {
    this.addresses = addresses;
    this.at = 0;
    this.depth = 0;
    this.tokens = tokensOf(text);
  }

  get type() {
    return this.tokens[this.at]?.type;
  }

  /** Returns the allowed rules and declarations up to the closing bracket of the block, or the end of the text. */
  contents(isSheet, use = 'picture') {
    const parts = [];
    while (this.at < this.tokens.length && !this.isEndOfBlock()) {
      parts.push(this.item(isSheet, use) ?? '');
    }
    return parts.join('');
  }

  /**
   * Whether the block ends here. Outside of blocks, a closing bracket belongs to a rule, and makes that rule invalid.
   */
  isEndOfBlock() {
    return this.depth > 0 && this.type === T.RightCurlyBracket;
  }

  /** Returns the next rule or declaration; null if it must be removed. */
  item(isSheet, use) {
    if (BETWEEN_ITEMS.has(this.type)) {
      this.at += 1;
      return null;
    }
    const start = this.at;
    // Variables can be declared only inside blocks. Outside, text that looks like a variable is a rule (CSS Syntax 3,
    // section 5.5.3).
    const isVariable =
      !isSheet && /^--/.test(this.nameAt(start)) && this.next(start).type === T.Colon;
    this.skipTo(
      (type) =>
        (type === T.LeftCurlyBracket && !isVariable) ||
        (type === T.Semicolon && (!isSheet || this.tokens[start].type === T.AtKeyword))
    );
    if (this.type === T.LeftCurlyBracket) {
      return this.rule(start);
    }
    const item = this.statement(start, use);
    // Outside of blocks, a declaration is the beginning of a rule without a block.
    return isSheet && this.tokens[start].type !== T.AtKeyword ? null : item;
  }

  /** A rule with its block. If the text before the block is not allowed, the whole rule is removed. */
  rule(start) {
    const { type } = this.tokens[start];
    const name = type === T.AtKeyword ? this.nameAt(start) : null;
    const prelude = this.prelude(start, name);
    if (prelude === null || this.depth === DEEPEST) {
      this.skipBlock();
      return null;
    }
    this.at += 1;
    this.depth += 1;
    const inside = this.contents(false, name === 'font-face' ? 'font' : 'picture');
    this.depth -= 1;
    this.at += 1;
    return `${prelude}{${inside}}`;
  }

  /** A declaration, or an at-rule without a block. */
  statement(start, use) {
    const end = this.at;
    this.at += this.type === T.Semicolon ? 1 : 0;
    if (this.tokens[start].type === T.AtKeyword) {
      const prelude = this.prelude(start, this.nameAt(start), end);
      return prelude && `${prelude};`;
    }
    if (FORBIDDEN_PROPERTIES.has(this.nameAt(start))) {
      return null;
    }
    const written = use === 'font' ? this.fontSource(start, end) : this.written(start, end, use);
    return written && `${written};`;
  }

  /** The text before a block. An at-rule must begin with a known name. */
  prelude(start, atRule, end = this.at) {
    if (atRule === null) {
      return this.written(start, end, 'picture');
    }
    if (!AT_RULES.has(atRule)) {
      return null;
    }
    // The address in `@namespace` is only a name: browsers do not load it.
    const written = this.written(start + 1, end, atRule === 'namespace' ? 'name' : 'picture');
    return written === null ? null : `@${atRule}${written}`;
  }

  /** Returns a declaration of a font. The value of `src` is a list of addresses; those that are allowed stay. */
  fontSource(start, end) {
    if (this.nameAt(start) !== 'src') {
      return this.written(start, end, 'font');
    }
    const places = [];
    for (let from = this.next(start).at + 1, at = from; at <= end; at += 1) {
      if (at === end || this.tokens[at].type === T.Comma) {
        places.push(this.written(from, at, 'font'));
        from = at + 1;
      }
    }
    const kept = places.filter((place) => place?.trim());
    return kept.length > 0 ? `src:${kept.join(',')}` : null;
  }

  /** Tokens as text, with addresses in their safe form; null if one of the tokens is not allowed. */
  written(start, end, use) {
    const parts = [];
    const brackets = { open: [], unknown: 0 };
    for (let at = start; at < end; at += 1) {
      const token = this.tokens[at];
      const name = token.type === T.Function ? functionName(token.text) : null;
      if (NEVER.has(token.type) || (name !== null && isForbidden(name, token))) {
        return null;
      }
      if (token.type === T.Url || name === 'url') {
        const address = this.address(at, end, use);
        if (address === null) {
          return null;
        }
        parts.push(address.text);
        at = address.last;
        continue;
      }
      if (!mayStand(token, name, brackets)) {
        return null;
      }
      parts.push(written(token));
    }
    return brackets.open.length === 0 ? parts.join('') : null;
  }

  /**
   * The address at a token in its safe form as text, and the index of its last token; null if the address must be
   * removed.
   */
  address(at, end, use) {
    const { value, last } = this.addressAt(at);
    if (value === null || last >= end) {
      return null;
    }
    const kept = use === 'name' ? value : this.addresses[use](value);
    const asItWas = this.tokens.slice(at, last + 1).map(written);
    const text = kept === value ? asItWas.join('') : `url("${kept}")`;
    return kept === null ? null : { text, last };
  }

  addressAt(at) {
    const { type, text } = this.tokens[at];
    if (type === T.Url) {
      return { value: url.decode(text), last: at };
    }
    const inside = this.next(at);
    const close = this.next(inside.at);
    const isOne = inside.type === T.String && close.type === T.RightParenthesis;
    return { value: isOne ? string.decode(inside.text) : null, last: close.at };
  }

  /** Returns the next token that is no blank. */
  next(at) {
    let next = at + 1;
    while (this.tokens[next]?.type === T.WhiteSpace) {
      next += 1;
    }
    return { at: next, ...this.tokens[next] };
  }

  /** The name of an identifier or at-keyword, in lower case, without escapes. */
  nameAt(at) {
    const { type, text } = this.tokens[at];
    return type === T.Ident || type === T.AtKeyword
      ? ident.decode(type === T.AtKeyword ? text.slice(1) : text).toLowerCase()
      : '';
  }

  /** Moves to the next matching token outside of all brackets, to the end of this block, or to the end of the text. */
  skipTo(isIt) {
    const open = [];
    for (; this.at < this.tokens.length; this.at += 1) {
      const { type } = this.tokens[this.at];
      if (open.length === 0 && (isIt(type) || this.isEndOfBlock())) {
        return;
      }
      if (OPENING.has(type)) {
        open.push(OPENING.get(type));
      } else if (open.at(-1) === type) {
        open.pop();
      }
    }
  }

  skipBlock() {
    this.at += 1;
    this.skipTo((type) => type === T.RightCurlyBracket);
    this.at += 1;
  }
}

const BETWEEN_ITEMS = new Set([T.WhiteSpace, T.Semicolon, T.CDO, T.CDC]);

/**
 * Whether a function is forbidden, also because its name contains escapes. Browsers treat an escaped `url(` like a
 * plain one, but the tokenizer does not. It would see a comment and a string where browsers see an address and further
 * text.
 */
const isForbidden = (name, { text }) => FORBIDDEN_FUNCTIONS.has(name) || text.includes('\\');

/**
 * Whether a token may be at its position. An unknown function must contain no string, and no function that can return a
 * string.
 *
 * @param {string|null} name of a function
 * @param {{open: {close: number, isUnknown: boolean}[], unknown: number}} brackets for each open bracket, the token
 *   that closes it, and whether it belongs to an unknown function; and the number of unknown functions. Changed here.
 */
function mayStand({ type }, name, brackets) {
  const brings = type === T.String || SOURCES.has(name);
  if (brings && brackets.unknown > 0) {
    return false;
  }
  if (OPENING.has(type)) {
    const isUnknown = name !== null && !isKnown(name);
    brackets.open.push({ close: OPENING.get(type), isUnknown });
    brackets.unknown += isUnknown ? 1 : 0;
  } else if (CLOSING.has(type)) {
    const opened = brackets.open.pop();
    brackets.unknown -= opened?.isUnknown ? 1 : 0;
    return opened?.close === type;
  }
  return true;
}

const isKnown = (name) =>
  KNOWN_FUNCTIONS.has(name) || /^-(?:webkit|moz|ms|o)-[a-z-]*gradient$/.test(name);

const functionName = (text) => ident.decode(text.slice(0, -1)).toLowerCase();

module.exports = { safeDeclarations, safeStyleSheet, safeValue };
