'use strict';

const css = require('css-tree');

/** Functions of values that name nothing outside the document. */
const FUNCTIONS = new Set(
  (
    'rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix device-cmyk calc min max clamp var ' +
    'matrix matrix3d translate translatex translatey translate3d scale scalex scaley rotate skew skewx skewy ' +
    'blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia ' +
    'circle ellipse inset polygon path cubic-bezier steps icc-color ' +
    // A link inside the document, checked below.
    'url'
  ).split(' ')
);

/** Rules around rules; what loads something (`@import`, `@font-face`) is not among them. */
const AT_RULES = new Set(['media', 'supports', 'keyframes', 'charset']);

const PROPERTY = /^(--|-(webkit|inkscape)-)?[a-z][a-z-]*$/i;
const DANGEROUS = /^(-moz-binding|behavior)$/i;

/**
 * Keeps what a style sheet says about looks; what could load or run anything goes.
 *
 * @param {string} text
 * @returns {string} CSS without `<`, so that it ends no element
 */
function safeStyleSheet(text) {
  const sheet = css.parse(stripped(text), { parseCustomProperty: true, onParseError() {} });
  clean(sheet);
  return css.generate(sheet).replace(/</g, '\\3c ');
}

/**
 * The same for the value of a `style` attribute.
 *
 * @param {string} text
 * @returns {string}
 */
function safeDeclarations(text) {
  const options = { context: 'declarationList', parseCustomProperty: true, onParseError() {} };
  const list = css.parse(text, options);
  clean(list);
  return css.generate(list).replace(/</g, '\\3c ');
}

/** Editors wrap style sheets in comments of SGML. */
const stripped = (text) => text.replace(/<!--|-->/g, '');

function clean(tree) {
  css.walk(tree, {
    visit: 'Atrule',
    enter(node, item, list) {
      if (list && !AT_RULES.has(css.ident.decode(node.name).toLowerCase())) {
        list.remove(item);
      }
    },
  });
  css.walk(tree, {
    enter(node, item, list) {
      const drop = node.type === 'Raw' || (node.type === 'Declaration' && !isSafeDeclaration(node));
      if (drop && list) {
        list.remove(item);
        return this.skip;
      }
      return undefined;
    },
  });
}

function isSafeDeclaration({ property, value }) {
  const name = css.ident.decode(property);
  if (!PROPERTY.test(name) || DANGEROUS.test(name)) {
    return false;
  }
  return css.find(value, (node) => !isSafeValue(node)) === null;
}

function isSafeValue(node) {
  switch (node.type) {
    case 'Raw':
      return false;
    case 'Url':
      return /^#[^\s"'<>()]*$/.test(node.value);
    case 'Function':
      return FUNCTIONS.has(css.ident.decode(node.name).toLowerCase()) && node.name !== 'url';
    default:
      return true;
  }
}

module.exports = { safeDeclarations, safeStyleSheet };
