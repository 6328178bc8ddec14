import request from 'supertest';
import { sendFile } from '../support/api';
import { expectNothingLeftOver, fileRows } from '../support/consistency';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import type { Server } from '../support/server';
import { sharedServer } from '../support/shared';

const PAGE = '<!DOCTYPE html><script>alert(document.domain)</script>';

describe('a text', () => {
  let server: Server;
  beforeAll(async () => {
    server = await sharedServer();
    await allowPublic(server, UPLOAD_ACTIONS);
  });
  afterAll(() => server.stop());

  const upload = (content: string, filename: string, contentType = 'application/octet-stream') =>
    sendFile(server, filename, content, { contentType });

  it.each([
    [PAGE, 'film.mp4', 'video/mp4', 'text/html', '.html'],
    [PAGE, 'page', 'text/plain', 'text/html', '.html'],
    ['{"a": 1}', 'blob', 'application/octet-stream', 'application/json', '.json'],
    ['words', 'README', 'text/html', 'text/plain', '.txt'],
    [PAGE, 'notes.txt', 'text/html', 'text/plain', '.txt'],
  ])('%s named %s that is sent as %s is %s', async (content, name, declared, mime, ext) => {
    const { body } = await upload(content, name, declared).expect(201);

    expect(body[0]).toMatchObject({ name, mime, ext, size: expect.any(Number) });
    expect(body[0].url).toMatch(new RegExp(`\\${ext}$`));
    const served = await request(server.url).get(body[0].url).buffer(true).expect(200);
    expect(served.headers['content-type']).toMatch(new RegExp(`^${mime}`));
    expect(served.headers['x-content-type-options']).toBe('nosniff');
    const isPage = mime === 'text/html';
    expect(served.headers['content-disposition'] ?? '').toMatch(isPage ? /^attachment/ : /^$/);
    expect(served.headers['content-security-policy']?.includes('sandbox') ?? false).toBe(isPage);
  });

  it('that is named as a picture is refused', async () => {
    const before = (await fileRows(server)).length;
    for (const [content, name] of [
      [PAGE, 'photo.png'],
      ['words', 'photo.jpg'],
      ['{"error": "expired"}', 'photo.webp'],
    ] as const) {
      const { body } = await upload(content, name, 'image/png').expect(400);
      expect(body.error.details.errors).toEqual([
        expect.objectContaining({ file: name, code: 'INVALID_IMAGE' }),
      ]);
    }
    expect(await fileRows(server)).toHaveLength(before);
    await expectNothingLeftOver(server);
  });
});
