/** A project of Astro, which renders its pages on the server. */

import { documented } from '../support/front-ends/documented.mjs';
import { RESTAURANTS } from '../support/front-ends/strapi.mjs';

const CONFIG = `
import node from '@astrojs/node';

export default { output: 'server', adapter: node({ mode: 'standalone' }) };
`;

const page = (strapi) => `---
import Cover from '../components/Cover.astro';

const response = await fetch('${strapi}${RESTAURANTS}');
const { data } = await response.json();
---

<title>Restaurants</title>
{data.map(({ cover }) => <Cover file={cover} />)}
`;

export default ({ strapi }) => ({
  // Astro 6 needs Node.js 22.
  dependencies: { astro: '^5.18.2', '@astrojs/node': '^9.5.5' },
  files: {
    'astro.config.mjs': CONFIG,
    'src/components/Cover.astro': documented('Astro, astro'),
    'src/pages/index.astro': page(strapi),
  },
  build: ['astro', 'build'],
  start: ['node', 'dist/server/entry.mjs'],
  pages: [{ name: 'Astro', path: '/' }],
});
