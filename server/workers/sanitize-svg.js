'use strict';

// Makes one SVG after the other safe. Runs in a worker thread with bounded memory, which is ended when
// one takes too long: what a stranger sends costs its own request and nothing else.

const { parentPort } = require('node:worker_threads');
const createPurifier = require('dompurify');
const { JSDOM } = require('jsdom');
const { safeDeclarations, safeStyleSheet } = require('./safe-css');

const SVG = 'http://www.w3.org/2000/svg';

/** Pictures that can hold no code; `data:image/svg+xml` is not among them. */
const PICTURE = /^data:image\/(png|jpe?g|gif|webp|avif);base64,[a-z0-9+/=\s]*$/i;
const LOCAL = /^#[^\s"'<>()]*$/;

const { window } = new JSDOM('');
const purifier = createPurifier(window);

/** Attributes that name something, in whichever namespace. */
const REFERENCES = new Set(['href', 'src', 'xlink:href']);

purifier.addHook('uponSanitizeAttribute', (node, data) => {
  const name = data.attrName;
  if (REFERENCES.has(name)) {
    const holdsPicture = ['image', 'feimage'].includes(node.nodeName.toLowerCase());
    data.keepAttr = LOCAL.test(data.attrValue) || (holdsPicture && PICTURE.test(data.attrValue));
  } else if (name === 'style') {
    data.attrValue = safeDeclarations(data.attrValue);
    data.keepAttr = data.attrValue !== '';
  } else if (/[(\\]/.test(data.attrValue) && /url|image|src|\\/i.test(data.attrValue)) {
    // A presentation attribute such as `fill` is CSS.
    data.keepAttr = safeDeclarations(`${name}:${data.attrValue}`) !== '';
  }
});

purifier.addHook('uponSanitizeElement', (node, { tagName }) => {
  if (tagName === 'style') {
    node.textContent = safeStyleSheet(node.textContent);
  }
});

const OPTIONS = {
  IN_PLACE: true,
  USE_PROFILES: { svg: true, svgFilters: true },
  NAMESPACE: SVG,
  ADD_TAGS: ['use', 'switch'],
  ADD_ATTR: ['xlink:href', 'patternContentUnits', 'preserveAspectRatio', 'href'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: true,
  FORBID_TAGS: ['a'],
  KEEP_CONTENT: true,
};

/** The root of an SVG; null for what is none. */
function rootOf(text) {
  const { documentElement: root } = new window.DOMParser().parseFromString(text, 'image/svg+xml');
  return root?.localName === 'svg' && root.namespaceURI === SVG ? root : null;
}

/**
 * @param {string} text an SVG without its prolog
 * @returns {string} it without scripts, handlers, external references, entities and foreign HTML
 * @throws {Error} where it is no well-formed SVG
 */
function sanitize(text) {
  // Cut out of a page, where HTML gives elements their namespace.
  const root = rootOf(text) ?? rootOf(text.replace(/<svg(?=[\s>/])/, `<svg xmlns="${SVG}"`));
  if (!root) {
    throw new Error('it is no well-formed SVG');
  }
  purifier.sanitize(root, OPTIONS);
  return new window.XMLSerializer().serializeToString(root);
}

parentPort.on('message', ({ text }) => {
  try {
    parentPort.postMessage({ text: sanitize(text) });
  } catch (error) {
    parentPort.postMessage({ refusal: String(error.message ?? error) });
  }
});
// It is ready.
parentPort.postMessage({});
