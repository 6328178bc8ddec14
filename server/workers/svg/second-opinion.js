'use strict';

const createPurifier = require('dompurify');
const { HTML_ATTRIBUTES, HTML_ELEMENTS, SVG_ATTRIBUTES, SVG_ELEMENTS } = require('./names');
const { SVG } = require('./namespaces');

const REFERENCES = ['href', 'xlink:href'];
const ATTRIBUTES = [...SVG_ATTRIBUTES, ...HTML_ATTRIBUTES];

/** Values that animations set. DOMPurify must search these for addresses once more. */
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
  // `id` and `name` can hide properties of documents and forms only on elements that are not allowed here. SVGs do
  // refer to names like "title".
  SANITIZE_DOM: false,
};

/**
 * Lets DOMPurify check a tree that is already clean. DOMPurify knows how browsers misread certain inputs, such as
 * markup that changes its meaning inside a page.
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
