import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import * as samples from '../../support/samples';
import type { Try } from './place';

/** Tests the example of an extension. The server was started with this extension. */
export const isExtension: Try = async (_block, { server }) => {
  const ours = await server.inside((strapi) => strapi.has('strapi-upload.container'));
  expect(ours).toBe(true);
};

/** Tests a module that stores `door.jpg`, which lies in the folder for temporary files. */
export const uploadsInServer: Try = async ({ code }, { server }) => {
  const { dir, temp } = server.project;
  const file = path.join(dir, 'example.mjs');
  await writeFile(file, `${code}\nexport { file };\n`);
  const picture = await samples.jpeg({ width: 300, height: 200 });
  await writeFile(path.join(temp, 'door.jpg'), picture);
  const { name, alternativeText, url } = await server.inside(async (_strapi, name) => {
    const { file } = await import(name);
    return file as { name: string; alternativeText: string; url: string };
  }, file);

  expect({ name, alternativeText }).toEqual({
    name: 'door.jpg',
    alternativeText: 'The front door',
  });
  await request(server.url).get(url).expect(200);
};
