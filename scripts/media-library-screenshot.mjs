// Makes docs/media-library.png: the Media Library of the playground with some images and files. Run it with
// `npm run docs:screenshot`. It needs Chromium, at /usr/bin/chromium or at the path in the variable CHROMIUM_PATH.

import path from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { withPlayground } from './support/playground.mjs';

const TARGET = path.join(import.meta.dirname, '../docs/media-library.png');
const SIZE = { width: 1280, height: 600 };

/** Draws hills under a sky, in the four given colours. */
const landscape = ([sky, sun, far, near]) =>
  sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200">
      <rect width="1600" height="1200" fill="${sky}"/>
      <circle cx="1150" cy="430" r="150" fill="${sun}"/>
      <path d="M0 800 Q400 500 800 760 T1600 700 V1200 H0Z" fill="${far}"/>
      <path d="M0 1000 Q500 700 1000 960 T1600 900 V1200 H0Z" fill="${near}"/>
    </svg>`)
  );

const FILES = [
  ['morning.jpg', 'image/jpeg', ['#f7c59f', '#fff3b0', '#7a9e9f', '#2f5d62']],
  ['noon.webp', 'image/webp', ['#8ecae6', '#fefae0', '#90be6d', '#43aa8b']],
  ['evening.png', 'image/png', ['#5f0f40', '#fb8b24', '#9a031e', '#310312']],
  ['night.avif', 'image/avif', ['#14213d', '#e5e5e5', '#26355a', '#0b1226']],
];

const bytesOf = (mime, colours) => landscape(colours).toFormat(mime.split('/')[1]).toBuffer();

await withPlayground(async ({ url, login }) => {
  const form = new FormData();
  for (const [name, type, colours] of FILES) {
    form.append('files', new File([await bytesOf(type, colours)], name, { type }));
  }
  form.append('files', new File(['%PDF-1.4\n%%EOF\n'], 'menu.pdf', { type: 'application/pdf' }));
  form.append('files', new File(['name,price\nSoup,5\n'], 'prices.csv', { type: 'text/csv' }));
  const sent = await fetch(`${url}/api/upload`, { method: 'POST', body: form });
  if (!sent.ok) {
    throw new Error(await sent.text());
  }

  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: SIZE });
    await page.goto(`${url}/admin`);
    await page.getByRole('textbox', { name: 'Email' }).fill(login.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(login.password);
    await page.getByRole('button', { name: 'Login' }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await page.goto(`${url}/admin/plugins/upload`);
    const folders = page.getByRole('navigation', { name: 'Media library folders' });
    await folders.getByRole('button', { name: 'API Uploads', exact: true }).click();
    await page.getByRole('button', { name: /close.*banner/i }).click();
    await page.getByText('night.avif').first().waitFor();
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: TARGET });
    console.log(TARGET);
  } finally {
    await browser.close();
  }
});
