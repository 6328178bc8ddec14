'use strict';

/** The rest of a tag behind its `<`; what stands in quotes is no end of it. */
const REST_OF_TAG = /[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>/y;

/** What holds no elements: how it begins and ends. */
const WITHOUT_ELEMENTS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/**
 * How deep the elements of a document without prolog are nested. Of one that is not well-formed, about as deep as the
 * part before the fault. Building a tree costs time that grows with the square of this.
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
