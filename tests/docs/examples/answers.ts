import request from 'supertest';
import { sendFile, storeFile } from '../../support/api';
import { superAdmin } from '../../support/admin';
import { createRestaurant, linkedNames } from '../../support/entries';
import * as samples from '../../support/samples';
import type { Server } from '../../support/server';
import type { Try } from './place';

/**
 * Checks the documented JSON of an error: the server must answer with this JSON to an HTML page, whose type is denied
 * here.
 */
export const isRefusal: Try = async ({ code }, { server }) => {
  await server.inside(
    (strapi) => void strapi.config.set('plugin::upload.security', { deniedTypes: ['text/html'] })
  );
  const { body } = await sendFile(server, 'page.html', '<!doctype html><p>a page</p>');
  expect(body).toEqual(JSON.parse(code));
};

/** Creates an article with these values of its attributes. */
const createArticle = (server: Server, data: object) =>
  server.inside(async (strapi, data) => {
    const documents = strapi.documents('api::article.article' as 'plugin::upload.file');
    const { id, documentId } = await documents.create({ data });
    return { id: Number(id), documentId };
  }, data);

/**
 * Checks the documented JSON of a file's uses. The server's answer must have the same keys, and must name the attribute
 * by the same path.
 */
export const isUsage: Try = async ({ code }, { server }) => {
  const documented = JSON.parse(code);
  const { id } = await storeFile(server, 'used.txt', 'a text');
  const { documentId } = await createArticle(server, {
    title: 'Uses a file',
    blocks: [{ __component: 'media.slide', picture: id }],
  });
  const admin = await superAdmin(server);
  const { body } = await admin.get(`/upload/files/${id}/usage`).expect(200);

  const [{ field, inText }] = documented.results;
  expect(body).toMatchObject({
    hidden: documented.hidden,
    more: documented.more,
    results: [{ fileId: id, uid: 'api::article.article', documentId, field, inText }],
  });
  expect(Object.keys(body.results[0]).sort()).toEqual(Object.keys(documented.results[0]).sort());
  expect(Object.keys(body).sort()).toEqual(Object.keys(documented).sort());
};

/**
 * Checks an attribute of articles that has its own size: a file that is uploaded for the attribute must get that size.
 */
export const makesSizesOfAttribute: Try = async (_block, { server }) => {
  const { documentId } = await createArticle(server, { title: 'Has a banner' });
  await server.inside(async (strapi) => {
    const permissions = strapi.db.query('plugin::users-permissions.permission');
    const role = await strapi.db
      .query('plugin::users-permissions.role')
      .findOne({ where: { type: 'public' } });
    const action = 'api::article.article.update';
    await permissions.create({ data: { action, role: role.id } });
  });
  const picture = await samples.jpeg({ width: 1700, height: 600 });
  const { body } = await request(server.url)
    .post('/api/upload')
    .field({ ref: 'api::article.article', refId: documentId, field: 'cover' })
    .attach('files', picture, 'a.jpg')
    .expect(201);
  expect(body[0].formats.banner).toMatchObject({ width: 1600, height: 300 });
};

/** Longest wait for a deletion, in ms. The server deletes after its answer. */
const PATIENCE = 30_000;

/**
 * Checks an attribute of restaurants with `deleteWithEntry`: a file in it must be deleted with the last entry that uses
 * the file.
 */
export const deletesWithEntry: Try = async (_block, { server }) => {
  const { documentId, draft } = await createRestaurant(server, 'Closes soon');
  const { body } = await request(server.url)
    .post('/api/upload')
    .field({ ref: 'api::restaurant.restaurant', refId: documentId, field: 'cover' })
    .attach('files', Buffer.from('a text'), 'menu.txt')
    .expect(201);
  const names = await linkedNames(server, 'api::restaurant.restaurant', draft, 'cover');
  expect(names).toEqual(['menu.txt']);
  await server.inside(async (strapi, documentId) => {
    const documents = strapi.documents('api::restaurant.restaurant' as 'plugin::upload.file');
    await documents.delete({ documentId });
  }, documentId);

  const until = Date.now() + PATIENCE;
  const isThere = async () =>
    (await request(server.url).get(`/api/upload/files/${body[0].id}`)).status === 200;
  while ((await isThere()) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await isThere()).toBe(false);
};
