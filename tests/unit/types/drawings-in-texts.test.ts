import { gatherEvidence } from '../../../server/src/types/detect-type';
import { judgeType } from '../../../server/src/types/type-policy';
import { stored, typed } from '../../support/typed';

const XMLNS = 'xmlns="http://www.w3.org/2000/svg"';
const DRAWING = `<svg ${XMLNS} width="1"><g id='a'><path d="M0 0"/></g><!-- <b> --> x </svg>`;
const LARGE = `<svg ${XMLNS}>${'<path d="M0 0"/>'.repeat(400)}</svg>`;

const of = (text: string, name: string, declared?: string) =>
  stored(Buffer.from(text), name, declared);

it.each([
  ['<svg> is the element for drawings.', 'note.txt', 'text/plain .txt'],
  [`${DRAWING}\n# A project\n`, 'README.md', 'text/markdown .md'],
  [`${LARGE}\n# A project\n`, 'README.md', 'text/markdown .md'],
  [`<svg ${XMLNS} {...props}><path d="M0 0"/></svg>`, 'icon.jsx', 'text/jsx .jsx'],
  [`${DRAWING}\n<script setup>1</script>`, 'comp.vue', 'text/plain .vue'],
  [`<svg ${XMLNS} @click="x"></svg>`, 'comp.vue', 'text/plain .vue'],
  [`<svg ${XMLNS}><?php echo 1; ?></svg>`, 'php.php', 'application/x-httpd-php .php'],
  [`${DRAWING}<?= 1 ?>`, 'php.php', 'application/x-httpd-php .php'],
  [`<?php echo 1 ?>${DRAWING}`, 'php.php', 'application/x-httpd-php .php'],
  ['<svg>;tag\n<g>;group\n', 'x.csv', 'text/csv .csv'],
  [`${DRAWING}\n${DRAWING}`, 'sprite.txt', 'text/plain .txt'],
  [`${DRAWING}<p>words`, 'icons.html', 'text/html .html'],
  [`${DRAWING}</svg>`, 'a.twig', 'text/plain .twig'],
  ['<svg viewBox="0 0 1 1"></svg>', 'a.tpl', 'application/vnd.groove-tool-template .tpl'],
  [`<svg ${XMLNS}><g></svg>`, 'a.hbs', 'text/x-handlebars-template .hbs'],
  [`<svg ${XMLNS}><% x %></svg>`, 'a.ejs', 'text/plain .ejs'],
  [`<svg ${XMLNS}><!-- </svg>`, 'a.txt', 'text/plain .txt'],
])('%j named %s stays %s', async (text, name, expected) => {
  expect(await of(text, name)).toBe(expected);
  expect(await of(text, name, 'image/svg+xml')).toBe(expected);
  expect((await typed(Buffer.from(text), name)).served).toMatch(
    new RegExp(`^${expected.split(' ')[0]}`)
  );
});

it.each(['a.txt', 'a.md', 'a.html', 'a.js'])(
  'a whole SVG document is one, named %s too',
  async (name) => {
    for (const text of [DRAWING, `<?xml version="1.0"?><!-- x -->\n${DRAWING}\n<!-- y -->\n`]) {
      expect(await of(text, name)).toBe('image/svg+xml .svg');
    }
    expect(await of(DRAWING, 'a.tpl')).toMatch(/^image\/svg\+xml /);
  }
);

it.each(['a.svg', 'a', 'a.bin', 'a.png', 'a.svg~', 'Hello. And more', 'a.docx'])(
  'what begins as an SVG is one under a name of no other text: %s',
  async (name) => {
    for (const text of [LARGE, `${DRAWING}<p>`, '<svg onload="1">', `${DRAWING}${DRAWING}`]) {
      expect((await typed(Buffer.from(text), name)).mime).toBe('image/svg+xml');
    }
  }
);

it.each(['a.xml', 'a.xhtml', 'a.rss', 'a.xsl', 'a.atom', 'a.rdf', 'a.kml', 'a.mml'])(
  'what begins as an SVG is one under a name of XML, which browsers run: %s',
  async (name) => {
    for (const text of [LARGE, `${DRAWING}<p>`, `<svg ${XMLNS} onload="1"/>`]) {
      expect((await typed(Buffer.from(text), name)).mime).toBe('image/svg+xml');
    }
  }
);

it.each(['a.txt', 'a.html', 'a.xml', 'a.tpl', 'a.js', 'a', 'a.png'])(
  'an SVG named %s is refused where SVGs are denied',
  async (name) => {
    for (const text of [DRAWING, LARGE, `${DRAWING}<p>`]) {
      const evidence = await gatherEvidence(Buffer.from(text).subarray(0, 4100), name, undefined);
      expect(judgeType(evidence, { deniedTypes: ['image/svg+xml'] }).refusedFor).toBe(
        'image/svg+xml'
      );
    }
  }
);
