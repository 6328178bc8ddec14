'use strict';

const { isHarmless } = require('./animations');
const { copyAttributes } = require('./attributes');
const { safeStyleSheet } = require('./css');
const { HTML_ELEMENTS, SVG_ELEMENTS } = require('./names');
const { HTML, SVG } = require('./namespaces');

const ELEMENT = 1;
const TEXT = 3;
const CDATA = 4;

/**
 * Name of the element that replaces SVG elements which browsers do not know. `defs` draws nothing, but other elements
 * may refer to its content.
 */
const UNDRAWN = 'defs';

/**
 * Builds a new tree from the allowed parts only, without prefixes in names. Elements of other namespaces are removed
 * with their content, since browsers draw nothing of them. HTML labels stay only inside `foreignObject`.
 *
 * @param {Element} root an `svg`
 * @param {import('./embedded').Addresses} addresses
 * @returns {Element} the root of the new tree
 */
function tidyTree(root, addresses) {
  const copy = root.ownerDocument.implementation.createDocument(SVG, 'svg', null).documentElement;
  copyAttributes(root, copy, addresses);
  const undrawn = [];
  let parent = copy;
  let node = root.firstChild;
  while (node) {
    const made = copyNode(node, parent, addresses);
    if (made?.localName === UNDRAWN) {
      undrawn.push(made);
    }
    if (made?.nodeType === ELEMENT && made.localName !== 'style' && node.firstChild) {
      parent = made;
      node = node.firstChild;
    } else {
      ({ node, parent } = following(node, parent, root));
    }
  }
  dropEmpty(undrawn);
  return copy;
}

/** Returns the next node that is not inside this node, and the parent of its copy. */
function following(node, parent, root) {
  let at = node;
  let above = parent;
  while (at !== root && !at.nextSibling) {
    at = at.parentNode;
    above = above.parentNode;
  }
  return { node: at === root ? null : at.nextSibling, parent: above };
}

/**
 * Copies the allowed parts of a node into the new tree; null if nothing is allowed, as for comments and processing
 * instructions.
 */
function copyNode(node, parent, addresses) {
  switch (node.nodeType) {
    case ELEMENT:
      return copyElement(node, parent, addresses);
    case TEXT:
    case CDATA:
      return parent.appendChild(parent.ownerDocument.createTextNode(node.data));
    default:
      return null;
  }
}

function copyElement(element, parent, addresses) {
  const name = knownName(element, parent);
  if (name === null || !isHarmless(element)) {
    return null;
  }
  const copy = parent.ownerDocument.createElementNS(element.namespaceURI, name);
  copyAttributes(element, copy, addresses);
  if (name === 'style') {
    copy.textContent = safeStyleSheet(element.textContent, addresses);
  }
  return parent.appendChild(copy);
}

/** The name under which an element is allowed below a parent; null if it is not allowed. */
function knownName({ namespaceURI, localName, firstElementChild }, parent) {
  const isInHtml = parent.namespaceURI === HTML;
  if (namespaceURI === SVG && isInHtml) {
    return localName === 'svg' ? localName : null;
  }
  if (namespaceURI === SVG) {
    return SVG_ELEMENTS.has(localName) ? localName : firstElementChild && UNDRAWN;
  }
  const isLabel = namespaceURI === HTML && (isInHtml || parent.localName === 'foreignObject');
  return isLabel && HTML_ELEMENTS.has(localName) ? localName : null;
}

/** Removes elements that contained only text, starting with the innermost. */
function dropEmpty(elements) {
  for (const element of elements.reverse()) {
    if (!element.firstElementChild) {
      element.remove();
    }
  }
}

module.exports = { tidyTree };
