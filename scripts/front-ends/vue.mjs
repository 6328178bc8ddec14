/** A project of Vue, made with Vite. */

import { documented } from '../support/front-ends/documented.mjs';
import { RESTAURANTS } from '../support/front-ends/strapi.mjs';
import { viteProject } from '../support/front-ends/vite.mjs';

const MAIN = `
import { createApp, h } from 'vue';
import Cover from './cover.vue';

const response = await fetch('${RESTAURANTS}');
const { data } = await response.json();
createApp(() => data.map(({ id, cover }) => h(Cover, { key: id, file: cover }))).mount('main');
`;

export default () =>
  viteProject('Vue', {
    dependencies: { '@vitejs/plugin-vue': '^6.0.11', vue: '^3.5.45' },
    files: { 'src/main.js': MAIN, 'src/cover.vue': documented('Vue, vue') },
  });
