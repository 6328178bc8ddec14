'use strict';

/** The rest of a tag after its `<`. A `>` in quotes does not end the tag. */
const REST_OF_TAG = /[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>/y;

/** Beginnings and ends of parts that contain no elements. */
const WITHOUT_ELEMENTS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/**
 * How deeply the elements of a document without prolog are nested. If the document is not well-formed, the result is
 * approximately the depth before the fault. Building a tree takes time quadratic in this depth.
 */
function depthOf(text) {
  let [depth, deepest] = [0, 0];
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const skipped = WITHOUT_ELEMENTS.find(([start]) => text.startsWith(start, at));
    if (skipped) {
      at = text.indexOf(skipped[1], at);
    } else {
      REST_OF_TAG.lastIndex = at;
      const isTag = REST_OF_TAG.test(text);
      const end = REST_OF_TAG.lastIndex;
      if (isTag && text[at + 1] === '/') {
        depth -= 1;
      } else if (isTag && text[end - 2] !== '/') {
        depth += 1;
      }
      at = isTag ? end : -1;
    }
    if (at === -1) {
      break;
    }
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

module.exports = { depthOf };
