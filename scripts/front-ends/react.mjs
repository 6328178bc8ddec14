/** A project of React, made with Vite. */

import { documented } from '../support/front-ends/documented.mjs';
import { RESTAURANTS } from '../support/front-ends/strapi.mjs';
import { viteProject } from '../support/front-ends/vite.mjs';

const MAIN = `
import { createRoot } from 'react-dom/client';
import { Cover } from './cover';

const response = await fetch('${RESTAURANTS}');
const { data } = await response.json();
createRoot(document.querySelector('main')).render(
  data.map(({ id, cover }) => <Cover key={id} file={cover} />)
);
`;

export default () =>
  viteProject('React', {
    dependencies: { '@vitejs/plugin-react': '^6.3.0', react: '^19.3.1', 'react-dom': '^19.3.1' },
    files: { 'src/main.jsx': MAIN, 'src/cover.jsx': documented('React, jsx') },
  });
