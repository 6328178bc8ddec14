'use strict';

const { tokenize, tokenTypes: T } = require('css-tree');

/** `<` begins no tag: it is escaped where it is part of a name or a text, also where it was escaped in another way. */
function written({ type, text }) {
  return type === T.Delim ? text : text.replace(ESCAPE_OR_BRACKET, escapedBracket);
}

const ESCAPE_OR_BRACKET = /\\[^]|</g;
const escapedBracket = (part) => (part.endsWith('<') ? '\\3c ' : part);

/** The tokens of a text; comments count as nothing, and separate. What has no end is no token. */
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

/** The tokenizer leaves one out at the beginning, as in a file; in an element it is a letter like others. */
const BYTE_ORDER_MARK = '\ufeff';

/** It compares, and a blank follows it unless there is one, or it is `<=`. */
const LESS = '< ';

/** Whether a token has its end, rather than that of the text: what is written behind it would be part of it. */
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
