'use strict';

// Allowed names of elements and attributes, in the spelling of the specifications.

const words = (text) => new Set(text.trim().split(/\s+/));

/** Elements that browsers draw or that affect drawing (SVG 2, SVG Animations, Filter Effects), except `script`. */
const SVG_ELEMENTS = words(`
  a circle clipPath defs desc ellipse filter foreignObject g image line linearGradient marker mask path pattern polygon
  polyline radialGradient rect stop style svg switch symbol text textPath title tspan use view
  animate animateMotion animateTransform mpath set
  feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
  feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode
  feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence
`);

/** HTML elements for labels in a `foreignObject`: texts, lists and tables. */
const HTML_ELEMENTS = words(`
  a abbr acronym address article aside b bdi bdo big blockquote body br caption center cite code col colgroup data dd del
  details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd label li main mark menu
  nav nobr ol p pre q rp rt ruby s samp search section small span strike strong style sub summary sup table tbody td tfoot th
  thead time tr tt u ul var wbr
`);

/**
 * The attributes of SVG 1.1, Tiny 1.2 and 2 as listed in the package property-information 7. Left out are attributes
 * with addresses (`href`, `ping`, `src` …), event handlers (`on…`), navigation (`target`, `nav-…`), and those only for
 * editors or media. `autoReverse` and the names after it are presentation attributes that browsers have added.
 */
const SVG_ATTRIBUTES = words(`
  accent-height accumulate additive alignment-baseline alphabetic amplitude arabic-form ascent attributeName
  attributeType azimuth baseline-shift baseFrequency baseProfile bbox begin bias by calcMode cap-height class clip
  clip-path clipPathUnits clip-rule color color-interpolation color-interpolation-filters color-rendering cursor cx cy d
  descent diffuseConstant direction display divisor dominant-baseline dur dx dy edgeMode elevation enable-background end
  exponent fill fill-opacity fill-rule filter filterRes filterUnits flood-color flood-opacity focusable font-family
  font-size font-size-adjust font-stretch font-style font-variant font-weight fr from fx fy g1 g2 glyph-name
  glyph-orientation-horizontal glyph-orientation-vertical gradientTransform gradientUnits hanging height horiz-adv-x
  horiz-origin-x horiz-origin-y id ideographic image-rendering in in2 intercept k k1 k2 k3 k4 kernelMatrix
  kernelUnitLength kerning keyPoints keySplines keyTimes lang lengthAdjust letter-spacing lighting-color
  limitingConeAngle marker-end marker-mid marker-start markerHeight markerUnits markerWidth mask mask-type
  maskContentUnits maskUnits mathematical max media method min mode numOctaves offset opacity operator order orient
  orientation origin overflow overline-position overline-thickness paint-order panose-1 path pathLength
  patternContentUnits patternTransform patternUnits pointer-events points pointsAtX pointsAtY pointsAtZ preserveAlpha
  preserveAspectRatio primitiveUnits r radius refX refY rendering-intent repeatCount repeatDur requiredExtensions
  requiredFeatures restart result role rotate rx ry scale seed shape-rendering side slope spacing specularConstant
  specularExponent spreadMethod startOffset stdDeviation stemh stemv stitchTiles stop-color stop-opacity
  strikethrough-position strikethrough-thickness stroke stroke-dasharray stroke-dashoffset stroke-linecap
  stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style surfaceScale systemLanguage tabindex tableValues
  targetX targetY text-anchor text-decoration text-rendering textLength title to transform transform-origin type u1 u2
  underline-position underline-thickness unicode unicode-bidi unicode-range units-per-em v-alphabetic v-hanging
  v-ideographic v-mathematical values vector-effect version vert-adv-y vert-origin-x vert-origin-y viewBox visibility
  width widths word-spacing writing-mode x x-height x1 x2 xChannelSelector y y1 y2 yChannelSelector z zoomAndPan

  autoReverse buffered-rendering font-kerning font-synthesis font-variant-ligatures inline-size isolation line-height
  mix-blend-mode shape-inside shape-margin shape-padding shape-subtract solid-color solid-opacity
  text-decoration-color text-decoration-line text-decoration-style text-orientation text-overflow white-space
  xml:lang xml:space
`);

/** Attributes of the allowed HTML elements, including those that hide an element. None of them contains an address. */
const HTML_ATTRIBUTES = words(`
  align bgcolor border bordercolor cellpadding cellspacing class clear color colspan compact dir face frame height hidden
  id lang media noshade nowrap open popover reversed role rowspan rules size span start style text title type valign value
  width xml:lang xml:space
`);

/** Attributes with plain text. Their values need no check for addresses. */
const FREE_TEXTS = words(
  'class id lang title role d points systemLanguage xml:lang attributeName result in in2'
);

/** Attributes that animations must not change: they define names, references or behaviour instead of appearance. */
const NOT_ANIMATED = words(`
  accumulate additive attributeName attributeType begin by calcMode dur end from id keyPoints keySplines keyTimes lang
  max media min repeatCount repeatDur requiredExtensions requiredFeatures restart role style systemLanguage tabindex
  title to values version xml:lang xml:space
`);

/** Allowed values of `attributeName` in animations. */
const ANIMATED = new Set([...SVG_ATTRIBUTES].filter((name) => !NOT_ANIMATED.has(name)));

module.exports = {
  ANIMATED,
  FREE_TEXTS,
  HTML_ATTRIBUTES,
  HTML_ELEMENTS,
  SVG_ATTRIBUTES,
  SVG_ELEMENTS,
};
