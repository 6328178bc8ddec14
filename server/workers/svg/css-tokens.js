'use strict';

const { tokenize, tokenTypes: T } = require('css-tree');

/**
 * A token as CSS text in which no `<` can begin a tag: in a name or a string, both `<` and `\<` become the escape `\3c
 * `.
 */
function written({ type, text }) {
  return type === T.Delim ? text : text.replace(ESCAPE_OR_BRACKET, escapedBracket);
}

const ESCAPE_OR_BRACKET = /\\[^]|</g;
const escapedBracket = (part) => (part.endsWith('<') ? '\\3c ' : part);

/**
 * The tokens of a text. A comment becomes an empty comment, which still separates tokens. A token without an end
 * becomes invalid.
 */
function tokensOf(text) {
  const tokens = [];
  const source = BYTE_ORDER_MARK + text;
  tokenize(source, (type, start, end) => {
    const token = source.slice(start, end);
    const before = tokens.at(-1);
    if (before?.text === LESS && (token === '=' || type === T.WhiteSpace)) {
      before.text = '<';
    }
    if (type === T.Comment) {
      tokens.push({ type: T.WhiteSpace, text: '/**/' });
    } else if (token === '<') {
      tokens.push({ type, text: LESS });
    } else {
      tokens.push({ type: isEnded(type, token) ? type : T.BadString, text: token });
    }
  });
  return tokens;
}

/**
 * The tokenizer drops a byte order mark at the beginning, as for a file. Inside an element the mark is an ordinary
 * letter, so another mark is put before the text.
 */
const BYTE_ORDER_MARK = '\ufeff';

/** `<` as a comparison, followed by a blank. The blank is left out before another blank, and in `<=`. */
const LESS = '< ';

/**
 * Whether a token has its own end. If it ends only with the text, anything that is written after the token would become
 * part of it.
 */
function isEnded(type, token) {
  const last = token.length - 1;
  if (isEscaped(token, token.length)) {
    return false;
  }
  if (type !== T.String && type !== T.Url) {
    return true;
  }
  return last > 0 && token[last] === (type === T.Url ? ')' : token[0]) && !isEscaped(token, last);
}

function isEscaped(text, at) {
  let from = at;
  while (text[from - 1] === '\\') {
    from -= 1;
  }
  return (at - from) % 2 === 1;
}

module.exports = { tokensOf, written };
