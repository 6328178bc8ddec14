/** Starts a Strapi server with this plugin and one restaurant that has a picture. */

import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { UID, writeProject } from '../new-project.mjs';
import { startServer } from '../servers.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PATIENCE_TO_START = 120_000;
const PATIENCE_TO_ANSWER = 30_000;

/** Width and height of the picture in pixels. It is narrower than some candidates, so these must not be enlarged. */
export const PICTURE = { width: 1000, height: 750 };

/** Request for the restaurants with their pictures, as the examples of the documentation send it. */
export const RESTAURANTS = '/api/restaurants?populate=cover';

/**
 * Starts the server from the build of this checkout.
 *
 * @param home folder in which the project is made
 * @returns the server's address, `stop`, and the path of the picture, such as `/uploads/door_1a2b3c4d5e.jpg`
 * @throws Error if the server does not start or does not store the picture
 */
export async function startStrapi(home) {
  const project = path.join(home, 'strapi');
  await writeProject(project, {
    dependencies: { 'better-sqlite3': '*', 'strapi-upload': '*' },
    adminPanel: false,
    files: {
      'src/extensions/upload/strapi-server.js':
        "module.exports = require('strapi-upload/extension');\n",
    },
  });
  await symlink(path.join(ROOT, 'node_modules'), path.join(project, 'node_modules'), 'dir');
  const server = await startServer(path.join(ROOT, 'node_modules/.bin/strapi'), () => ['start'], {
    cwd: project,
    patience: PATIENCE_TO_START,
    path: '/_health',
  });
  try {
    return { ...server, picture: await storePicture(server.url) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function storePicture(url) {
  const { data } = await send(`${url}/api/restaurants`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { name: 'Chez Pixel' } }),
  });
  const image = sharp({ create: { ...PICTURE, channels: 3, background: 'teal' } });
  const form = new FormData();
  form.append('ref', UID);
  form.append('refId', String(data.id));
  form.append('field', 'cover');
  form.append('fileInfo', JSON.stringify({ alternativeText: 'A door', focalPoint: FOCAL_POINT }));
  form.append('files', new Blob([await image.jpeg().toBuffer()], { type: 'image/jpeg' }), 'a.jpg');
  const [file] = await send(`${url}/api/upload`, { body: form });
  return file.url;
}

const FOCAL_POINT = { x: 25, y: 40 };

async function send(url, options) {
  const signal = AbortSignal.timeout(PATIENCE_TO_ANSWER);
  const answer = await fetch(url, { method: 'POST', signal, ...options });
  const text = await answer.text();
  assert.equal(answer.status, 201, `POST ${url} answered ${answer.status} ${text}`);
  return JSON.parse(text);
}
