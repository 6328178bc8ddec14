'use strict';

const { JSDOM } = require('jsdom');
const { depthOf } = require('./depth');
const { tidyTree } = require('./elements');
const { Addresses } = require('./embedded');
const { withoutProlog } = require('./entities');
const { SVG } = require('./namespaces');
const { secondOpinion } = require('./second-opinion');

/** Maximum number of levels of SVGs embedded in SVGs. */
const DEEPEST = 2;

/**
 * Maximum number of levels of nested elements. Drawing programs need about ten levels; browsers stop at some thousand.
 */
const DEEPEST_ELEMENT = 1000;

const { window } = new JSDOM('');
const purify = secondOpinion(window);

/**
 * Returns the safe form of an SVG.
 *
 * @param {string} text an SVG
 * @param {number} elements maximum number of elements in the SVG and all SVGs embedded in it
 * @returns {string} the SVG without anything that could run or load something, and without prolog
 * @throws {Error} whose message is the reason for the refusal
 */
function safeDrawing(text, elements) {
  return sanitized(text, { elements, depth: 0 });
}

/**
 * Sanitizes an SVG, or an SVG that is embedded in another one.
 *
 * @param {{elements: number, depth: number}} room elements left for this SVG and those embedded in it, and the current
 *   level
 */
function sanitized(text, room) {
  const plain = withoutProlog(text);
  room.elements -= countOf('<', plain);
  if (room.elements < 0) {
    throw new TooMuch('it has too many elements');
  }
  if (depthOf(plain) > DEEPEST_ELEMENT) {
    throw new TooMuch('its elements are nested too deeply');
  }
  const root = tidyTree(rootOf(plain), new Addresses((bytes) => inner(bytes, room)));
  purify(root);
  return new window.XMLSerializer().serializeToString(root);
}

/** Thrown if an SVG exceeds a limit that also holds for SVGs embedded in it. The whole SVG is then refused. */
class TooMuch extends Error {}

/** Sanitizes an embedded SVG; null if a browser would not show it, or it is nested too deeply. */
function inner(bytes, room) {
  if (room.depth === DEEPEST) {
    return null;
  }
  room.depth += 1;
  try {
    return sanitized(new TextDecoder().decode(bytes), room);
  } catch (error) {
    if (error instanceof TooMuch) {
      throw error;
    }
    return null;
  } finally {
    room.depth -= 1;
  }
}

function countOf(mark, text) {
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
    count += 1;
  }
  return count;
}

/** The root of an SVG. An SVG that was copied out of an HTML page may lack the namespace, which is then added. */
function rootOf(text) {
  const root = parsed(text) ?? parsed(text.replace(/<svg(?=[\s>/])/, `<svg xmlns="${SVG}"`));
  if (!root) {
    throw new Error('it is not a well-formed SVG');
  }
  return root;
}

/** Parses an SVG and returns its root; null if the text is no SVG. */
function parsed(text) {
  const { documentElement: root } = new window.DOMParser().parseFromString(text, 'image/svg+xml');
  return root?.localName === 'svg' && root.namespaceURI === SVG ? root : null;
}

module.exports = { safeDrawing };
