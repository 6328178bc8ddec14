import request from 'supertest';
import { ledgerOf } from '../support/ledger';
import { sharedPictureServer, send } from '../support/picture-server';
import { all, noise, PLANTED, RIGHTS } from '../support/planted';
import * as planted from '../support/planted';
import * as samples from '../support/samples';

let site: Awaited<ReturnType<typeof sharedPictureServer>>;
beforeAll(async () => {
  site = await sharedPictureServer();
});
afterAll(() => site.server.stop());
beforeEach(() => site.configure({}));

const EXTENSIONS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/tiff': 'tif',
  'image/heic': 'heic',
  'image/jxl': 'jxl',
  'image/jp2': 'jp2',
};

/** Whether the ledger row of each stored file says that metadata were kept, by file id. */
const notes = async () =>
  new Map((await ledgerOf(site.server)).map(({ fileId, metadataKept }) => [fileId, metadataKept]));

/** An ICO file. The plugin does not parse this format, although an ICO may contain PNGs. */
const icon = () =>
  Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0]), Buffer.alloc(100)]);

describe('private metadata', () => {
  it('go from every kind of image, whatever is made of it', async () => {
    for (const [name, mime, bytes] of await all()) {
      const file = await site.upload(`a.${EXTENSIONS[mime] ?? mime.slice(6)}`, bytes);
      const stored = await site.bytes(file.url);
      expect([name, stored.includes(PLANTED)]).toEqual([name, false]);
      expect((await notes()).get(file.id)).toBe(false);
    }
  });

  it('go through a replacement, which is noted anew', async () => {
    const { id } = await site.upload('a.ico', icon());
    expect((await notes()).get(id)).toBe(true);
    const { body } = await request(site.server.url)
      .post(`/api/upload?id=${id}`)
      .attach('files', await planted.avif(), 'b.avif')
      .expect(200);
    expect((await site.bytes(body.url)).includes(PLANTED)).toBe(false);
    expect((await notes()).get(id)).toBe(false);
  });

  it('leave an image without any byte for byte as it was', async () => {
    for (const [name, sent] of Object.entries({
      'a.avif': await noise().avif({ effort: 0 }).toBuffer(),
      'a.gif': await noise().gif().toBuffer(),
      'a.heic': samples.heic(),
    })) {
      const { url } = await site.upload(name, sent);
      expect([name, (await site.bytes(url)).equals(sent)]).toEqual([name, true]);
    }
  });

  it('stay with "keep", and "strip" takes rights too', async () => {
    const sent = await planted.avif();
    await site.configure({ metadata: 'keep' });
    const kept = await site.upload('a.avif', sent);
    expect((await site.bytes(kept.url)).equals(sent)).toBe(true);
    await site.configure({ metadata: 'strip' });
    const stripped = await site.upload('a.avif', sent);
    expect((await site.bytes(stripped.url)).includes(RIGHTS.artist)).toBe(false);
  });

  it('that cannot be taken out are told in the log and the ledger, not in the answer', async () => {
    const { body } = await send(site.server, 'icon.ico', icon()).expect(201);
    expect(Object.keys(body[0]).filter((key) => /metadata.?kept/i.test(key))).toEqual([]);
    expect((await notes()).get(body[0].id)).toBe(true);
    expect(site.server.output()).toContain('"icon.ico" is stored with all private metadata');
  });

  it('that cannot be taken out refuse a file where they must go', async () => {
    await site.configure({ requireStripped: true });
    const { body } = await send(site.server, 'icon.ico', icon()).expect(400);
    expect(body.error.details.errors).toEqual([
      {
        file: 'icon.ico',
        code: 'METADATA_KEPT',
        message: expect.stringContaining('images.requireStripped'),
      },
    ]);
    await send(site.server, 'a.heic', planted.heic()).expect(201);
    await send(site.server, 'a.txt', Buffer.from('text')).expect(201);
  });
});
