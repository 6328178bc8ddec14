/** The checks of a front end: its installation, its build, and each of its pages in Chromium. */

import assert from 'node:assert/strict';
import path from 'node:path';
import sharp from 'sharp';
import { openPage } from './browser.mjs';
import { expectedCandidate, promisedWidth } from './candidates.mjs';
import { startGateway } from './gateway.mjs';
import { build, install, serve, write } from './project.mjs';
import { PICTURE } from './strapi.mjs';

/** Widths of the window in CSS pixels, and pixels of the screen per CSS pixel. */
const SCREENS = [320, 768, 1440].flatMap((width) => [1, 2].map((scale) => ({ width, scale })));

const PATIENCE_TO_ANSWER = 60_000;

/**
 * Returns the checks of a front end, and `stop`, which ends its servers.
 *
 * @param name name of the project in `scripts/front-ends`
 * @param project what that module exports
 * @param world `home`, the folder for projects; `tarball`; `browser`; `strapi`, the running server
 */
export function checksOf(name, project, { home, tarball, browser, strapi }) {
  const folder = path.join(home, name);
  const servers = [];
  const start = async () => {
    servers.push(await serve(folder, project));
    servers.unshift(await startGateway({ strapi: strapi.url, site: servers[0].url }));
  };
  const address = ({ path }) => servers[0].url + path;
  const checksOfPage = (page) => [
    ...SCREENS.map((screen) => ({
      name: `${page.name}: ${screen.width} px wide at DPR ${screen.scale}`,
      work: () => loadsRightCandidate(browser, address(page), screen),
    })),
    {
      name: `${page.name}: every candidate is an image of the promised width`,
      work: () => keepsPromises(browser, address(page)),
    },
  ];
  return {
    checks: [
      {
        name: `${name}: npm installs the project`,
        work: async () => {
          await write(folder, project, tarball);
          await install(folder);
        },
        needed: true,
      },
      { name: `${name}: it builds`, work: () => build(folder, project.build), needed: true },
      { name: `${name}: its production server starts`, work: start, needed: true },
      ...project.pages.flatMap(checksOfPage),
    ],
    async stop() {
      for (const server of servers.splice(0)) await server.stop();
    },
  };
}

/** Checks which candidate the browser loads, that it loads no other one, and how wide that image is. */
async function loadsRightCandidate(browser, url, screen) {
  const { image, answers, errors } = await openPage(browser, url, screen);
  assert.deepEqual(errors, [], 'scripts of the page have failed');
  assert.equal(image.count, 1, 'the page does not show one image');
  const [{ candidates }] = image.sets;
  assert.ok(candidates.length > 2, `only ${candidates.length} candidates`);
  const expected = expectedCandidate(candidates, image.slot * screen.scale);
  assert.equal(image.loaded, expected.url, `wrong candidate for ${image.slot} CSS pixels`);
  assert.deepEqual(
    answers.map(({ url, status }) => `${status} ${url}`),
    [`200 ${expected.url}`],
    'the browser has sent other requests for images'
  );
  await isPromised(answers[0]);
  assert.ok(image.isDecoded, 'the browser cannot show the image');
}

/** Checks every candidate of a page, also those that no browser has loaded. */
async function keepsPromises(browser, url) {
  const { image } = await openPage(browser, url, { width: 1440, scale: 1 });
  for (const { type, candidates } of image.sets) {
    for (const { url, width } of candidates) {
      const answer = await get(url);
      assert.ok(!type || answer.type === type, `${url} is ${answer.type} instead of ${type}`);
      assert.equal(Number(new URL(url).searchParams.get('width')), width, `${url} says ${width}w`);
      await isPromised(answer);
    }
  }
}

async function get(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_TO_ANSWER) });
  return {
    url,
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

/** Checks that an answer is an image of the width that its URL promises, with the ratio of the picture. */
async function isPromised({ url, status, type, body }) {
  assert.equal(status, 200, `${url} answered ${status}`);
  assert.match(type, /^image\//, `${url} is no image`);
  const { width, height } = await sharp(body).metadata();
  assert.equal(width, promisedWidth(url, PICTURE.width), `${url} has another width`);
  const expected = (width * PICTURE.height) / PICTURE.width;
  assert.ok(Math.abs(height - expected) <= 1, `${url} is ${height} pixels high`);
}
