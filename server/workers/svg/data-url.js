'use strict';

/** Head of a `data:` URL (RFC 2397). As in browsers, blanks around the URL and line breaks in it are ignored. */
const PREFIX = /^data:([^,]*),/i;

/**
 * Parses a `data:` URL.
 *
 * @param {string} address
 * @returns {{type: string, isBase64: boolean, body: string, fragment: string}|null} the type in lower case without
 *   parameters, the encoded body, and everything from `#` on; null if the address is no `data:` URL
 */
function readDataUrl(address) {
  const text = address.trim().replace(/[\t\n\r]/g, '');
  const [prefix, head] = PREFIX.exec(text.slice(0, LONGEST_HEAD)) ?? [];
  if (prefix === undefined) {
    return null;
  }
  const hash = text.indexOf('#', prefix.length);
  const end = hash === -1 ? text.length : hash;
  return {
    type: head.split(';')[0].trim().toLowerCase(),
    isBase64: head.split(';').at(-1).trim().toLowerCase() === 'base64',
    body: text.slice(prefix.length, end),
    fragment: text.slice(end),
  };
}

/** Maximum length of the head of a `data:` URL. No real type with parameters is longer than this. */
const LONGEST_HEAD = 500;

/** The bytes of a body. Text that is not percent-encoded stands for itself. */
function bytesOf({ isBase64, body }) {
  const text = body.includes('%') ? unescaped(body) : Buffer.from(body, 'utf8');
  return isBase64 ? Buffer.from(text.toString('latin1'), 'base64') : text;
}

const unescaped = (body) =>
  Buffer.concat(
    body
      .split(/((?:%[\da-f]{2})+)/i)
      .map((part, at) =>
        at % 2 === 1 ? Buffer.from(part.replaceAll('%', ''), 'hex') : Buffer.from(part, 'utf8')
      )
  );

/** A `data:` URL of a type that was detected by its bytes. */
function dataUrl(type, bytes) {
  return `data:${type};base64,${bytes.toString('base64')}`;
}

const CLEAN = /^[\w+/]+={0,2}$/;

/**
 * The content of a `data:` URL under the type that its first bytes show. The declared type is ignored, so that no
 * browser can use the content as another type.
 *
 * @param {object} data result of `readDataUrl`
 * @param {(bytes: Buffer) => string|undefined} typeOf returns the type according to the first bytes
 * @returns {string|null} null if the bytes have none of the allowed types
 */
function retyped(data, typeOf) {
  const isClean = data.isBase64 && CLEAN.test(data.body);
  const bytes = isClean ? Buffer.from(data.body.slice(0, 64), 'base64') : bytesOf(data);
  const type = typeOf(bytes);
  if (type === undefined) {
    return null;
  }
  return isClean ? `data:${type};base64,${data.body}` : dataUrl(type, bytes);
}

module.exports = { bytesOf, dataUrl, readDataUrl, retyped };
