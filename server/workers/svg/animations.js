'use strict';

const { ANIMATED } = require('./names');

/** Elements that change the attribute that they name. */
const ANIMATIONS = new Set(['animate', 'animateTransform', 'set']);

/**
 * Whether an animation may stay: it changes an attribute that is known by this very name to say how something looks, so
 * no reference, no handler and no style. Its values are looked at like all attributes. `animateMotion` changes a
 * place alone, and what is no animation nothing.
 *
 * @param {Element} element
 */
function isHarmless(element) {
  return (
    !ANIMATIONS.has(element.localName) || ANIMATED.has(element.getAttribute('attributeName') ?? '')
  );
}

module.exports = { isHarmless };
