'use strict';

const { safeDeclarations, safeValue } = require('./css');
const { isLocal } = require('./embedded');
const { FREE_TEXTS, HTML_ATTRIBUTES, SVG_ATTRIBUTES } = require('./names');
const { SVG, XLINK, XML, XMLNS } = require('./namespaces');

/** Elements whose reference is a picture; those of all others are to the document itself. */
const PICTURES = new Set(['image', 'feImage']);

/** A link refers to nothing: it stays as a group. */
const LINK = 'a';

const ARIA = /^aria-[a-z]+$/;

/** What a value has that names a place in CSS; other values are what they are. */
const NAMES_PLACE = /\\|url|src|image|element|fade|paint|expression/i;

/**
 * Gives the copy of an element those attributes that are let in, with what stays of their values.
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

/** The root says once what the prefix means, so that the serializer does not choose another one. */
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

/** The name under which an attribute is let in, whatever prefix it has; null for one that goes. */
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

/** What stays of a value; null where nothing does. */
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
