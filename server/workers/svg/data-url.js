'use strict';

/** Of a `data:` address (RFC 2397), read as browsers read it: blanks around it and line breaks in it do not count. */
const PREFIX = /^data:([^,]*),/i;

/**
 * @param {string} address
 * @returns {{type: string, isBase64: boolean, body: string, fragment: string}|null} its type in small letters
 *   without parameters, its body as it is written, and what follows from `#` on; null for another address
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

/** Type and parameters of nobody are longer. */
const LONGEST_HEAD = 500;

/** The bytes of a body. What is no code of a byte stands for itself. */
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

/** A `data:` address of a type that was found by its bytes. */
function dataUrl(type, bytes) {
  return `data:${type};base64,${bytes.toString('base64')}`;
}

const CLEAN = /^[\w+/]+={0,2}$/;

/**
 * What is in a `data:` address, under the type that its first bytes tell, whatever it says of itself: so that nothing
 * else is ever made of it.
 *
 * @param {object} data as `readDataUrl` gives it
 * @param {(bytes: Buffer) => string|undefined} typeOf the type by the first bytes
 * @returns {string|null} null for what has no such type
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
