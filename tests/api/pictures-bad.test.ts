import { badPictures, type BadPicture } from '../support/bad-pictures';
import { expectNothingLeftOver } from '../support/consistency';
import { send, sharedPictureServer } from '../support/picture-server';

let site: Awaited<ReturnType<typeof sharedPictureServer>>;
let pictures: BadPicture[];

beforeAll(async () => {
  site = await sharedPictureServer();
  pictures = await badPictures();
});
afterAll(() => site.server.stop());

/**
 * Expects that width and height are positive integers or absent, and that stored formats are smaller than the image.
 */
async function expectSane(row: Record<string, unknown>, { size }: BadPicture) {
  const { width, height, formats } = row as {
    width: number | null;
    height: number | null;
    formats: Record<string, { width: number; height: number; url: string }> | null;
  };
  expect((width === null) === (height === null)).toBe(true);
  if (size) {
    expect([width, height]).toEqual(size);
  }
  expect(width ?? 1).toBeGreaterThan(0);
  expect(height ?? 1).toBeGreaterThan(0);
  for (const format of Object.values(formats ?? {})) {
    expect(format.width).toBeLessThanOrEqual(width!);
    expect(format.height).toBeLessThanOrEqual(height!);
    expect(format.width * format.height).toBeGreaterThan(0);
    expect((await site.bytes(format.url)).length).toBeGreaterThan(0);
  }
}

it('each of more than 40 bad pictures is stored with what is true, or refused with a reason', async () => {
  expect(pictures.length).toBeGreaterThan(40);
  const answers: Array<[name: string, answer: string]> = [];
  for (const picture of pictures) {
    const { status, body } = await send(site.server, picture.name, picture.data);
    answers.push([picture.name, `${status}`]);
    if (status === 201) {
      await expectSane(body[0], picture);
    } else {
      const [refusal] = body.error?.details?.errors ?? [];
      expect([picture.name, status, refusal]).toEqual([
        picture.name,
        400,
        {
          file: picture.name,
          code: expect.stringMatching(/^(INVALID_IMAGE|UNSAFE_SVG)$/),
          message: expect.any(String),
        },
      ]);
      expect(picture.size).toBeUndefined();
    }
    expect((await fetch(`${site.server.url}/_health`)).status).toBe(204);
  }
  await expectNothingLeftOver(site.server);
  // Most images that are cut in the middle still show their upper half. An AVIF shows nothing, and neither does a WebP
  // of few colours. A TIFF has its directory at its end, so it cannot be read.
  for (const kind of ['jpg', 'png', 'webp', 'gif', 'avif', 'tiff']) {
    const expected = ['avif', 'tiff', 'webp'].includes(kind) ? '400' : '201';
    expect(answers).toContainEqual([`cut at 0.5.${kind}`, expected]);
  }
}, 120_000);

it('bad ones are refused beside good ones, and the good ones with them', async () => {
  const before = await site.server.uploaded();
  const [bad] = pictures;
  const form = new FormData();
  for (const { name, data } of [pictures.find(({ name }) => name === 'print.jpg')!, bad!]) {
    form.append('files', new Blob([new Uint8Array(data)]), name);
  }
  const answer = await fetch(`${site.server.url}/api/upload`, { method: 'POST', body: form });
  expect(answer.status).toBe(400);
  expect(await site.server.uploaded()).toEqual(before);
});
