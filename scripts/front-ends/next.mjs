/** A project of Next.js: a page with `next/image`, and a page with a `<picture>`. */

import { documented } from '../support/front-ends/documented.mjs';
import { RESTAURANTS } from '../support/front-ends/strapi.mjs';

const LAYOUT = `
export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
`;

/** A page that shows the cover of each restaurant. */
const page = (component, strapi) => `
import { Cover } from '${component}';

export const dynamic = 'force-dynamic';

export default async function Page() {
  const response = await fetch('${strapi}${RESTAURANTS}');
  const { data } = await response.json();
  return data.map(({ id, cover }) => <Cover key={id} file={cover} />);
}
`;

export default ({ strapi }) => ({
  dependencies: { next: '^16.4.6', react: '^19.3.1', 'react-dom': '^19.3.1' },
  files: {
    'next.config.mjs': documented('Next.js, js'),
    'image-loader.js': documented('Next.js, js 2'),
    'components/image.jsx': documented('Next.js, jsx', strapi),
    'components/picture.jsx': documented('React, jsx'),
    'app/layout.jsx': LAYOUT,
    'app/page.jsx': page('../components/image', strapi),
    'app/picture/page.jsx': page('../../components/picture', strapi),
  },
  build: ['next', 'build'],
  start: ['next', 'start', '--hostname', '127.0.0.1', '--port', 'PORT'],
  pages: [
    { name: 'Next.js, next/image', path: '/' },
    { name: 'Next.js, <picture>', path: '/picture' },
  ],
});
