'use strict';

const { ANIMATED } = require('./names');

/** Elements that change the attribute named in their `attributeName`. */
const ANIMATIONS = new Set(['animate', 'animateTransform', 'set']);

/**
 * Whether an element may stay. An animation may stay if the attribute that it changes is in a list of attributes for
 * appearance only, so that the attribute is no reference, event handler or style. The animation's values are checked
 * like all attributes. `animateMotion` changes only a position. Elements that are no animation may stay.
 *
 * @param {Element} element
 */
function isHarmless(element) {
  return (
    !ANIMATIONS.has(element.localName) || ANIMATED.has(element.getAttribute('attributeName') ?? '')
  );
}

module.exports = { isHarmless };
