/** A project of Nuxt: a page with a `<picture>`, and a page with the component of `@nuxt/image`. */

import { documented } from '../support/front-ends/documented.mjs';

export default ({ strapi }) => ({
  // Nuxt 4.4 needs Node.js 22.
  dependencies: { nuxt: '~4.3.1', '@nuxt/image': '^2.1.0' },
  files: {
    'nuxt.config.js': documented('Nuxt, js', strapi),
    'app/pages/index.vue': documented('Nuxt, vue'),
    'app/pages/image.vue': documented('Nuxt, vue 2'),
  },
  build: ['nuxt', 'build'],
  start: ['node', '.output/server/index.mjs'],
  env: { NUXT_PUBLIC_STRAPI_URL: strapi },
  pages: [
    { name: 'Nuxt, <picture>', path: '/' },
    { name: 'Nuxt, @nuxt/image', path: '/image' },
  ],
});
