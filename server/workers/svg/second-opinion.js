'use strict';

const createPurifier = require('dompurify');
const { HTML_ATTRIBUTES, HTML_ELEMENTS, SVG_ATTRIBUTES, SVG_ELEMENTS } = require('./names');
const { SVG } = require('./namespaces');

const REFERENCES = ['href', 'xlink:href'];
const ATTRIBUTES = [...SVG_ATTRIBUTES, ...HTML_ATTRIBUTES];

/** What animations set: DOMPurify looks for addresses in it once more. */
const VALUES = new Set(['by', 'from', 'to', 'values']);

const OPTIONS = {
  IN_PLACE: true,
  NAMESPACE: SVG,
  ALLOWED_TAGS: ['#text', ...SVG_ELEMENTS, ...HTML_ELEMENTS],
  ALLOWED_ATTR: [...ATTRIBUTES, ...REFERENCES, 'xmlns', 'xmlns:xlink'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: true,
  ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => !VALUES.has(name)),
  ADD_DATA_URI_TAGS: ['feimage'],
  HTML_INTEGRATION_POINTS: { foreignobject: true },
  KEEP_CONTENT: false,
  // `id` and `name` hide properties of documents and forms on elements alone that are not let in here, and names like
  // "title" are what drawings refer to.
  SANITIZE_DOM: false,
};

/**
 * DOMPurify's opinion of a tree that is tidy already: it knows how browsers read what they should not, such as markup
 * that changes its meaning inside a page.
 *
 * @param {Window} window
 * @returns {(root: Element) => void}
 */
function secondOpinion(window) {
  const purifier = createPurifier(window);
  purifier.setConfig(OPTIONS);
  return (root) => void purifier.sanitize(root);
}

module.exports = { secondOpinion };
