/** A project of SvelteKit, which renders its pages on the server and again in the browser. */

import { documented } from '../support/front-ends/documented.mjs';
import { RESTAURANTS } from '../support/front-ends/strapi.mjs';

const SVELTE_CONFIG = `
import adapter from '@sveltejs/adapter-node';

export default { kit: { adapter: adapter() } };
`;

const VITE_CONFIG = `
import { sveltekit } from '@sveltejs/kit/vite';

export default { plugins: [sveltekit()] };
`;

const HTML = `<!doctype html>
<html lang="en">
  <head>%sveltekit.head%</head>
  <body><div>%sveltekit.body%</div></body>
</html>
`;

const load = (strapi) => `
export async function load({ fetch }) {
  const response = await fetch('${strapi}${RESTAURANTS}');
  return response.json();
}
`;

const PAGE = `<script>
  import Cover from '$lib/cover.svelte';

  const { data } = $props();
</script>

{#each data.data as { id, cover } (id)}
  <Cover file={cover} />
{/each}
`;

export default ({ strapi }) => ({
  // SvelteKit 3 needs Node.js 22.
  dependencies: {
    '@sveltejs/kit': '^2.70.4',
    '@sveltejs/adapter-node': '^5.5.7',
    '@sveltejs/vite-plugin-svelte': '^7.3.1',
    svelte: '^5.57.3',
    vite: '^8.4.0',
  },
  files: {
    'svelte.config.js': SVELTE_CONFIG,
    'vite.config.js': VITE_CONFIG,
    'src/app.html': HTML,
    'src/lib/cover.svelte': documented('SvelteKit, svelte'),
    'src/routes/+page.server.js': load(strapi),
    'src/routes/+page.svelte': PAGE,
  },
  build: ['vite', 'build'],
  start: ['node', 'build/index.js'],
  pages: [{ name: 'SvelteKit', path: '/' }],
});
