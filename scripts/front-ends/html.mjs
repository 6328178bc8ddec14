/** A site of plain HTML. It has the module as a file of its own. */

import { documented } from '../support/front-ends/documented.mjs';

const MODULE = 'node_modules/strapi-upload/dist/client/index.mjs';

/** Copies the module into the site, as the documentation says. */
const COPY = `
import { cp } from 'node:fs/promises';

await cp('${MODULE}', 'site/strapi-upload/client.mjs');
`;

export default () => ({
  dependencies: { 'sirv-cli': '^3.0.1' },
  files: {
    'site/index.html': `<!doctype html>\n<title>Restaurants</title>\n${documented('Plain HTML, html')}`,
    'copy.mjs': COPY,
  },
  build: ['node', 'copy.mjs'],
  start: ['sirv', 'site', '--host', '127.0.0.1', '--port', 'PORT'],
  pages: [{ name: 'plain HTML', path: '/' }],
});
