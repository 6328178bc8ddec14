'use strict';

const { JSDOM } = require('jsdom');
const { depthOf } = require('./depth');
const { tidyTree } = require('./elements');
const { Addresses } = require('./embedded');
const { withoutProlog } = require('./entities');
const { SVG } = require('./namespaces');
const { secondOpinion } = require('./second-opinion');

/** How deep drawings may stand in drawings. */
const DEEPEST = 2;

/** How deep elements may be nested: programs that draw need some ten levels, browsers stop at some thousand. */
const DEEPEST_ELEMENT = 1000;

const { window } = new JSDOM('');
const purify = secondOpinion(window);

/**
 * @param {string} text an SVG
 * @param {number} elements most elements of it and of the drawings in it together
 * @returns {string} it without what could run or load anything, and without prolog
 * @throws {Error} that says why it is refused
 */
function safeDrawing(text, elements) {
  return sanitized(text, { elements, depth: 0 });
}

/** @param {{elements: number, depth: number}} room what is left for this drawing and those in it */
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

/** What a drawing must not do, however deep in another it is. */
class TooMuch extends Error {}

/** A drawing inside of one; null where a browser would show none, or it stands too deep. */
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

/** The root of an SVG. One that was cut out of a page, where HTML gives elements their namespace, gets it. */
function rootOf(text) {
  const root = parsed(text) ?? parsed(text.replace(/<svg(?=[\s>/])/, `<svg xmlns="${SVG}"`));
  if (!root) {
    throw new Error('it is no well-formed SVG');
  }
  return root;
}

/** Null for what is none. */
function parsed(text) {
  const { documentElement: root } = new window.DOMParser().parseFromString(text, 'image/svg+xml');
  return root?.localName === 'svg' && root.namespaceURI === SVG ? root : null;
}

module.exports = { safeDrawing };
