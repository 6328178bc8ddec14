import { readdir } from 'node:fs/promises';
import request from 'supertest';
import { bytesAt, sha256 } from '../support/api';
import { createRestaurant, linkedNames, type Restaurant } from '../support/entries';
import { eventually } from '../support/ledger';
import { allowPublic } from '../support/permissions';
import * as samples from '../support/samples';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

const RESTAURANT = 'api::restaurant.restaurant';

let server: Server;
let restaurant: Restaurant;
const add = (documentId = restaurant.documentId) =>
  request(server.url).post(`/api/restaurants/${documentId}/pictures`);
const covers = () => linkedNames(server, RESTAURANT, restaurant.published, 'covers');

beforeAll(async () => {
  server = await sharedServer();
  await allowPublic(server, [`${RESTAURANT}.addPictures`, 'plugin::upload.content-api.findOne']);
});
beforeEach(async () => {
  restaurant = await createRestaurant(server);
});
afterAll(() => server.stop());

describe('a route of the playground that gives the files of a form to the service', () => {
  it('stores several files, with their sizes, and links them in their order', async () => {
    const picture = await samples.jpeg();
    const { status, body } = await add()
      .attach('pictures', picture, 'first.jpg')
      .attach('pictures', await samples.png(), 'second.png');
    expect(status).toBe(201);
    expect(body).toMatchObject([
      { name: 'first.jpg', mime: 'image/jpeg', formats: { thumbnail: { ext: '.jpg' } } },
      { name: 'second.png', mime: 'image/png' },
    ]);
    expect(await covers()).toEqual(['first.jpg', 'second.png']);
    expect((await bytesAt(server, body[1].url)).length).toBeGreaterThan(0);
  });

  it('stores one file as it was sent', async () => {
    const { status, body } = await add().attach('pictures', samples.csv(), 'stars.csv');
    expect(status).toBe(201);
    expect(sha256(await bytesAt(server, body[0].url))).toBe(sha256(samples.csv()));
    expect(await covers()).toEqual(['stars.csv']);
  });

  it('stores and links nothing of a form with one refused file', async () => {
    const before = await server.uploaded();
    const { status, body } = await add()
      .attach('pictures', samples.csv(), 'stars.csv')
      .attach('pictures', Buffer.from('no image'), 'broken.png');
    expect([status, body.error.details.errors[0].code]).toEqual([400, 'INVALID_IMAGE']);
    expect(await covers()).toEqual([]);
    expect(await server.uploaded()).toEqual(before);
  });

  it('leaves no temporary file of the form behind', async () => {
    await add().attach('pictures', samples.csv(), 'stars.csv');
    const isEmpty = async () => (await readdir(server.project.temp)).length === 0;
    await eventually(isEmpty, 'the folder for temporary files is empty');
  });

  it('refuses a form without files, and a restaurant that is not there', async () => {
    expect((await add().field('name', 'x')).status).toBe(400);
    expect((await add('nowhere').attach('pictures', samples.csv(), 'a.csv')).status).toBe(404);
  });
});
