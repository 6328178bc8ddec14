import request from 'supertest';
import type { AdminClient } from '../support/admin';
import { createRestaurant, type Restaurant } from '../support/entries';
import { createFolder, type Folder } from '../support/folders';
import * as samples from '../support/samples';
import type { Server } from '../support/server';

/** The fields of a file in the answers of both plugins. */
export interface AnsweredFile {
  id: number;
  name: string;
  url: string;
  formats: Record<string, { url: string }> | null;
}

/** The folders, entry and files of a filled library, by their purpose. */
export interface FilledLibrary {
  folders: { menus: Folder; summer: Folder };
  restaurant: Restaurant;
  files: { photo: AnsweredFile; drawing: AnsweredFile; list: AnsweredFile; linked: AnsweredFile };
}

/**
 * Fills a library over HTTP, as users do: nested folders, files in them and outside, texts,
 * formats, and links of entries, of components and of a dynamic zone.
 */
export async function fillLibrary(server: Server, admin: AdminClient): Promise<FilledLibrary> {
  const send = async (name: string, content: Buffer, info: Record<string, unknown>) => {
    const { body } = await admin
      .post('/upload')
      .field('fileInfo', JSON.stringify(info))
      .attach('files', content, name)
      .expect(201);
    return body[0] as AnsweredFile;
  };
  const menus = await createFolder(admin, 'Menus');
  const summer = await createFolder(admin, 'Summer', menus.id);
  const files = {
    photo: await send('photo.jpg', await samples.jpeg({ orientation: 6 }), {
      name: 'Größe 😀.jpg',
      caption: 'At "noon"',
      alternativeText: 'noise',
      folder: summer.id,
    }),
    drawing: await send('drawing.png', await samples.png(), { folder: menus.id }),
    list: await send('list.csv', samples.csv(), {}),
  };
  const restaurant = await createRestaurant(server);
  const { body } = await request(server.url)
    .post('/api/upload')
    .field('ref', 'api::restaurant.restaurant')
    .field('refId', String(restaurant.published))
    .field('field', 'covers')
    .attach('files', samples.svg(), 'logo.svg')
    .expect(201);
  await link(server, restaurant, files.photo.id, files.drawing.id);
  return { folders: { menus, summer }, restaurant, files: { ...files, linked: body[0] } };
}

/** Links two files from an entry in all ways that a schema allows. */
const link = (server: Server, { documentId }: Restaurant, one: number, other: number) =>
  server.inside(
    async (strapi, documentId, one, other) => {
      const documents = (uid: string) => strapi.documents(uid as 'plugin::upload.file');
      const data = { cover: one } as object;
      await documents('api::restaurant.restaurant').update({ documentId, data });
      await documents('api::article.article').create({
        data: {
          title: 'One',
          slides: [{ caption: 'first', picture: one }, { picture: other }],
          blocks: [{ __component: 'media.gallery', pictures: [other, one] }],
        } as object,
      });
    },
    documentId,
    one,
    other
  );
