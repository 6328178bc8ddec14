import { inData, PIXEL, svg, SVG, XHTML } from './svg-parts';

const sheet = (text: string) => `<style>${text}</style><rect class="a" width="60" height="60"/>`;
const picture = (address: string) => `<image width="60" height="60" href="${address}"/>`;
const label = (html: string) =>
  `<foreignObject width="90" height="90"><div ${XHTML}>${html}</div></foreignObject>`;
const red = svg('<rect width="90" height="90" fill="red"/>');

/** Contents of SVGs, each with one feature, and the text that must remain after sanitizing. */
const INSIDES: Record<string, [inside: string, stays: string]> = {
  'children with a prefix': [
    `<v:g xmlns:v="http://www.w3.org/2000/svg"><v:rect width="60" height="60" fill="teal"/></v:g>`,
    '<g><rect width="60" height="60" fill="teal"/></g>',
  ],
  'XLink under another prefix': [
    `<defs><rect id="r" width="60" height="60" fill="teal"/></defs><use xmlns:ns1="http://www.w3.org/1999/xlink" ns1:href="#r"/>`,
    'xlink:href="#r"',
  ],
  'unknown elements with a sheet in them': [
    `<flowRoot><style>.a{fill:teal}</style><flowPara>gone</flowPara></flowRoot><rect class="a" width="60" height="60"/>`,
    '<defs><style>.a{fill:teal;}</style></defs>',
  ],
  'text in CDATA': ['<text y="20"><![CDATA[a < b]]></text>', '>a &lt; b</text>'],
  'names that documents have': [
    '<defs><rect id="title" width="60" height="60" fill="teal"/></defs><use href="#title"/>',
    'id="title"',
  ],
  'a picture without a type': [picture(`data:;base64,${PIXEL}`), `data:image/png;base64,${PIXEL}`],
  'a picture of a type that nobody registered': [
    picture(`data:img/png;base64,${PIXEL}`),
    `data:image/png;base64,${PIXEL}`,
  ],
  'a picture with line breaks': [
    picture(`data:image/png;name=a;base64,\n${PIXEL.slice(0, 40)}\n ${PIXEL.slice(40)}`),
    `data:image/png;base64,${PIXEL}`,
  ],
  'a picture with escapes': [
    picture(`data:image/png;base64,${encodeURIComponent(PIXEL)}`),
    `data:image/png;base64,${PIXEL}`,
  ],
  'a drawing as text': [
    picture(`data:image/svg+xml;utf8,${encodeURIComponent(red)}`),
    inData('image/svg+xml', red.replace('  ', ' ').replace(' >', '>')),
  ],
  'a drawing in a drawing': [
    picture(inData('image/svg+xml', svg(picture(inData('image/svg+xml', red))))),
    'data:image/svg+xml;base64,',
  ],
  'a picture as background': [
    sheet(`svg{background:url("data:image/png;base64,${PIXEL}")}`),
    `url("data:image/png;base64,${PIXEL}")`,
  ],
  'a focal radius': [
    '<radialGradient id="g" fr=".2"><stop stop-color="red"/><stop offset="1"/></radialGradient><rect width="60" height="60" fill="url(#g)"/>',
    'fr=".2"',
  ],
  'a fragment with blanks': [
    '<linearGradient id="g"><stop stop-color="teal"/></linearGradient><rect width="60" height="60" fill="url( #g )"/>',
    'fill="url( #g )"',
  ],
  'a fragment with brackets': [
    `<linearGradient id="g(2)"><stop stop-color="teal"/></linearGradient><rect width="60" height="60" style="fill:url('#g(2)')"/>`,
    `fill:url('#g(2)')`,
  ],
  'a variable with digits': [sheet('svg{--c1:teal}.a{fill:var(--c1)}'), '--c1:teal'],
  'a variable without a value': [sheet('svg{--e:;}.a{fill:teal var(--e)}'), '--e:;'],
  'nested rules': [sheet('svg{rect{fill:teal}.a{opacity:.5}&amp;{color:red}}'), 'rect{fill:teal;}'],
  layers: [sheet('@layer b,a;@layer a{.a{fill:teal}}@layer b{.a{fill:red}}'), '@layer b,a;'],
  'a range of widths': [
    sheet('@media (0px &lt;= width &lt; 9000px){.a{fill:teal}}'),
    '@media (0px &lt;= width &lt; 9000px)',
  ],
  'a bracket that is escaped': [
    `<style>.a\\&lt;b{fill:teal}</style><rect class="a&lt;b" width="60" height="60"/>`,
    '<style>.a\\3c b{fill:teal;}</style>',
  ],
  'a rule that looks like a variable, and one behind it': [
    sheet('--a:hover{fill:red}@media all{.a{fill:teal}}'),
    '@media all{.a{fill:teal;}}',
  ],
  'what hides a part of a label': [label('<p hidden="">gone</p>x'), '<p hidden="">'],
  'a sheet of a label for paper': [
    label('<style media="print">b{color:red}</style><b>x</b>'),
    '<style media="print">',
  ],
  'a table with a frame': [
    label('<table frame="box" bordercolor="red"><tr><td>x</td></tr></table>'),
    '<table frame="box" bordercolor="red">',
  ],
  conditions: [
    sheet('@supports (d:path("M0 0")) and (not (a:b)){.a{fill:teal}}'),
    '@supports (d:path("M0 0")) and (not (a:b)){',
  ],
  mathematics: [
    sheet('.a{width:calc(1px*round(up,40.5,1));rotate:calc(2*atan2(1,9))}'),
    'atan2(1,9)',
  ],
  colours: [
    sheet('.a{fill:light-dark(rgb(from teal r g b/50%),color(display-p3 1 0 0))}'),
    'display-p3',
  ],
  'a gradient with a prefix': [
    sheet('svg{background:-webkit-linear-gradient(top,red,teal)}'),
    '-webkit-linear-gradient(top,red,teal)',
  ],
  shapes: [sheet('.a{clip-path:inset(5px round 9px)}'), 'inset(5px round 9px)'],
  'properties that nobody knows': [
    sheet('.a{fill:teal;corner-shape:squircle}'),
    'corner-shape:squircle',
  ],
  'a rule behind one that goes': [
    sheet('@import "x.css";.b{fill:url(x.svg#a)}.a{fill:teal}'),
    '.b{}.a{fill:teal;}',
  ],
  'a sheet in comments of SGML': [sheet('&lt;!-- .a{fill:teal} --&gt;'), '.a{fill:teal;}'],
  'a link without its address': [
    '<style>a{fill:teal}</style><a href="http://example.org/"><rect width="60" height="60"/></a>',
    '<a><rect width="60" height="60"/></a>',
  ],
  'a value set': [
    '<rect width="60" height="60" fill="red"><set attributeName="fill" to="teal"/></rect>',
    '<set attributeName="fill" to="teal"/>',
  ],
  'a gradient set': [
    '<linearGradient id="g"><stop stop-color="teal"/></linearGradient><rect width="60" height="60"><set attributeName="fill" to="url(#g)"/></rect>',
    'to="url(#g)"',
  ],
  'values that came to their end': [
    '<rect width="60" height="60"><animate attributeName="opacity" values="1;.2;.5" keyTimes="0;.5;1" dur="1ms" fill="freeze"/></rect>',
    'values="1;.2;.5"',
  ],
  'a motion along a path': [
    '<path id="p" d="M0 0h30" fill="none"/><rect width="30" height="30"><animateMotion dur="1ms" fill="freeze"><mpath href="#p"/></animateMotion></rect>',
    '<mpath href="#p"/>',
  ],
  'a label of a diagram': [
    label('<p style="margin:0"><b>one</b><br/><font color="#ff0000" size="4">two</font></p>'),
    '<font color="#ff0000" size="4">two</font>',
  ],
  'a table in a label': [
    label(
      '<table border="1" cellpadding="2"><tbody><tr><td colspan="2" bgcolor="#00ff00">x</td></tr></tbody></table>'
    ),
    '<td colspan="2" bgcolor="#00ff00">x</td>',
  ],
  'a label with a prefix': [
    `<foreignObject width="90" height="90"><h:div xmlns:h="http://www.w3.org/1999/xhtml">text</h:div></foreignObject>`,
    `<div ${XHTML}>text</div>`,
  ],
  'a drawing in a label': [
    label(`<svg ${SVG} width="30" height="30"><rect width="30" height="30" fill="teal"/></svg>`),
    '<rect width="30" height="30" fill="teal"/>',
  ],
};

const DOCUMENTS: Record<string, [whole: string, stays: string]> = {
  'a root with a prefix': [
    `<v:svg xmlns:v="http://www.w3.org/2000/svg" width="90" height="90" viewBox="0 0 9 9"><v:circle r="5"/></v:svg>`,
    `<svg ${SVG} width="90" height="90" viewBox="0 0 9 9"><circle r="5"/></svg>`,
  ],
  'entities with markup': [
    `<!DOCTYPE svg [<!ENTITY c 'teal'><!ENTITY r "<rect width='60' height='60' fill='&c;'/>">]>${svg('&r;')}`,
    '<rect width="60" height="60" fill="teal"/>',
  ],
  'entities in a sheet': [
    `<!DOCTYPE svg [<!-- a > b --><!ENTITY % p "x"><!ENTITY c "t&#101;al"><!ENTITY s ".a{fill:&c;}">]>${svg(sheet('&s;'))}`,
    '.a{fill:teal;}',
  ],
};

/** SVGs with one feature each: name, whole document, and the text that must remain after sanitizing. */
export const KINDS: ReadonlyArray<[name: string, document: string, stays: string]> = [
  ...Object.entries(INSIDES).map(([name, [inside, stays]]): [string, string, string] => [
    name,
    svg(inside),
    stays,
  ]),
  ...Object.entries(DOCUMENTS).map(([name, both]): [string, string, string] => [name, ...both]),
];

/**
 * SVGs with content that browsers do not draw: name, whole document, and a pattern of the content that sanitizing must
 * remove.
 */
export const UNDRAWN: ReadonlyArray<[name: string, document: string, goes: RegExp]> = [
  [
    'foreign text',
    svg('<x:g xmlns:x="http://example.org/x"><text y="9">gone</text></x:g>'),
    /gone/,
  ],
  ['editors’ text', svg('<flowRoot><flowPara>gone</flowPara></flowRoot>'), /gone|flow/i],
  ['HTML outside of labels', svg(`<p ${XHTML}>gone</p>`), /gone/],
  ['an instruction', `<?xml-stylesheet href="#gone"?>${svg('')}`, /gone/],
  [
    'a drawing three deep',
    svg(
      picture(
        inData(
          'image/svg+xml',
          svg(picture(inData('image/svg+xml', svg(picture(inData('image/svg+xml', red))))))
        )
      )
    ),
    /fill="red"/,
  ],
];
