'use strict';

const { isHarmless } = require('./animations');
const { copyAttributes } = require('./attributes');
const { safeStyleSheet } = require('./css');
const { HTML_ELEMENTS, SVG_ELEMENTS } = require('./names');
const { HTML, SVG } = require('./namespaces');

const ELEMENT = 1;
const TEXT = 3;
const CDATA = 4;

/** What is drawn of elements of SVG that browsers do not know: nothing, though others may refer to what is in them. */
const UNDRAWN = 'defs';

/**
 * Makes a new tree of what is let in, without prefixes of names: nothing is in it that was not put there. Elements of other
 * namespaces go with all that is in them, as browsers draw nothing of it; labels in HTML stay inside `foreignObject`
 * alone.
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

/** The next node that is not inside of this one, and the parent of its copy. */
function following(node, parent, root) {
  let at = node;
  let above = parent;
  while (at !== root && !at.nextSibling) {
    at = at.parentNode;
    above = above.parentNode;
  }
  return { node: at === root ? null : at.nextSibling, parent: above };
}

/** Puts what stays of a node into the new tree; null where nothing does, as of comments and instructions. */
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

/** The name under which an element is let in below a parent; null for one that goes. */
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

/** Takes away what held only text, from the innermost on. */
function dropEmpty(elements) {
  for (const element of elements.reverse()) {
    if (!element.firstElementChild) {
      element.remove();
    }
  }
}

module.exports = { tidyTree };
