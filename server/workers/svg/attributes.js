'use strict';

const { safeDeclarations, safeValue } = require('./css');
const { isLocal } = require('./embedded');
const { FREE_TEXTS, HTML_ATTRIBUTES, SVG_ATTRIBUTES } = require('./names');
const { SVG, XLINK, XML, XMLNS } = require('./namespaces');

/** Elements whose reference is a picture. The references of all other elements must point into the document itself. */
const PICTURES = new Set(['image', 'feImage']);

/** Name of a link element. A link keeps no reference: it stays as a group. */
const LINK = 'a';

const ARIA = /^aria-[a-z]+$/;

/** Matches every value that contains an address in CSS. Values without a match need no check. */
const NAMES_PLACE = /\\|url|src|image|element|fade|paint|expression/i;

/**
 * Copies the allowed attributes of an element, with the allowed parts of their values.
 *
 * @param {Element} element
 * @param {Element} copy
 * @param {import('./embedded').Addresses} addresses
 */
function copyAttributes(element, copy, addresses) {
  for (const name of element.getAttributeNames()) {
    const attribute = element.getAttributeNode(name);
    const known = knownName(element, attribute);
    const value = known === null ? null : safeValueOf(attribute, known, addresses);
    if (value !== null) {
      write(copy, known, value);
    }
  }
}

/**
 * Writes an attribute. Declares the prefix `xlink` once at the root, so that the serializer does not choose another
 * prefix.
 */
function write(copy, name, value) {
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : null;
  if (prefix === 'xlink') {
    copy.ownerDocument.documentElement.setAttributeNS(XMLNS, 'xmlns:xlink', XLINK);
  }
  if (prefix === null) {
    copy.setAttribute(name, value);
  } else {
    copy.setAttributeNS(prefix === 'xml' ? XML : XLINK, name, value);
  }
}

/** The name under which an attribute is allowed, independent of its prefix; null if it is not allowed. */
function knownName({ namespaceURI: owner }, { namespaceURI, localName, name }) {
  const ours = owner === SVG ? SVG_ATTRIBUTES : HTML_ATTRIBUTES;
  switch (namespaceURI) {
    case null:
      return ours.has(name) || (name === 'href' && owner === SVG) || ARIA.test(name) ? name : null;
    case XLINK:
      return localName === 'href' && owner === SVG ? 'xlink:href' : null;
    case XML:
      return ours.has(name) ? name : null;
    default:
      return null;
  }
}

/** The allowed part of a value; null if there is none. */
function safeValueOf({ ownerElement, value }, name, addresses) {
  if (name === 'href' || name === 'xlink:href') {
    return safeReference(ownerElement.localName, value, addresses);
  }
  if (name === 'style') {
    return safeDeclarations(value, addresses).trim() || null;
  }
  return FREE_TEXTS.has(name) || !NAMES_PLACE.test(value) ? value : safeValue(value, addresses);
}

function safeReference(localName, value, addresses) {
  if (localName === LINK) {
    return null;
  }
  if (PICTURES.has(localName)) {
    return addresses.picture(value);
  }
  return isLocal(value) ? value : null;
}

module.exports = { copyAttributes };
