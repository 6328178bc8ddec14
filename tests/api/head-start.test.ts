import { once } from 'node:events';
import http from 'node:http';
import sharp from 'sharp';
import { expectNothingLeftOver } from '../support/consistency';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';
import { eventually } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { sharedPictureServer, type StoredPicture } from '../support/picture-server';
import { stateOf } from '../support/state';
import { withoutPixels } from '../support/samples';

/** Tests that the server makes sizes of an image while the rest of the request still arrives. */
let site: Awaited<ReturnType<typeof sharedPictureServer>>;
let photo: Buffer;

beforeAll(async () => {
  site = await sharedPictureServer();
  await allowPublic(site.server, [...UPLOAD_ACTIONS, 'api::restaurant.restaurant.create']);
  photo = await quarters(1600, 1200)
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4', optimiseCoding: false })
    .toBuffer();
});
afterAll(() => site.server.stop());
beforeEach(() => site.configure({}));
afterEach(async () => {
  requests.splice(0).forEach((req) => req.destroy());
  await expectNothingLeftOver(site.server);
});

const requests: http.ClientRequest[] = [];

/** Number of staged objects. */
const staged = async () =>
  (await stateOf(site.server)).uploads.filter((name) => name.startsWith('.staging')).length;

const BOUNDARY = 'head-start';

const file = (name: string, content: Buffer) =>
  Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\n`
    ),
    content,
    Buffer.from('\r\n'),
  ]);

const field = (name: string, value: string) =>
  Buffer.from(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  );

const END = Buffer.from(`--${BOUNDARY}--\r\n`);

/** Begins a request. The test writes its body piece by piece. */
function begin(path = '/api/upload') {
  const req = http.request(site.server.url + path, {
    method: 'POST',
    headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
    agent: false,
  });
  requests.push(req);
  req.on('error', () => {});
  const answered = once(req, 'response') as Promise<[http.IncomingMessage]>;
  answered.catch(() => {});
  return {
    req,
    async end(...rest: Buffer[]) {
      req.end(Buffer.concat(rest));
      const [response] = await answered;
      const parts: Buffer[] = [];
      for await (const part of response) {
        parts.push(part);
      }
      return { status: response.statusCode, body: JSON.parse(Buffer.concat(parts).toString()) };
    },
  };
}

/** Waits until six objects are staged: the image as sent, its smaller original and its four formats. */
const allStaged = () =>
  eventually(async () => (await staged()) === 6, 'everything is made and staged');

const sizesOf = ({ formats }: StoredPicture) => Object.keys(formats ?? {}).sort();

it('a picture is made before its request has come to an end, and that is what is stored', async () => {
  const { req, end } = begin();
  req.write(Buffer.concat([file('first.jpg', photo), file('second.jpg', photo).subarray(0, 200)]));
  await allStaged();
  const { status, body } = await end(file('second.jpg', photo).subarray(200), END);
  expect(status).toBe(201);
  expect(body).toHaveLength(2);
  for (const stored of body) {
    expect(sizesOf(stored)).toEqual(['large', 'medium', 'small', 'thumbnail']);
    expect(stored.size).toBeLessThan(photo.length / 1000);
    for (const one of [stored, ...Object.values(stored.formats as object)]) {
      expectColours(await coloursOf(await site.bytes(one.url)), [RED, GREEN, BLUE, YELLOW]);
    }
  }
});

it('a focal point that comes behind its picture counts', async () => {
  await site.configure({ sizes: { square: { width: 300, height: 300, fit: 'cover' } } });
  const wide = await quarters(1600, 300).jpeg({ quality: 95 }).toBuffer();
  const { req, end } = begin();
  req.write(Buffer.concat([file('wide.jpg', wide), field('other', 'x').subarray(0, 20)]));
  await eventually(async () => (await staged()) > 4, 'sizes are made');
  const info = JSON.stringify({ focalPoint: { x: 0, y: 50 } });
  const { body } = await end(field('other', 'x').subarray(20), field('fileInfo', info), END);
  const square = await site.bytes(body[0].formats.square.url);
  // The format shows the left end of the image: red above blue. It shows nothing of the image's right half.
  expectColours(await coloursOf(square), [RED, RED, BLUE, BLUE]);
});

it('settings are those of the time when the picture came in', async () => {
  const { req, end } = begin();
  req.write(Buffer.concat([file('first.jpg', photo), field('other', 'x').subarray(0, 20)]));
  await allStaged();
  await site.configure({}, { responsiveDimensions: false });
  const { body } = await end(field('other', 'x').subarray(20), END);
  expect(sizesOf(body[0])).toEqual(['large', 'medium', 'small', 'thumbnail']);
});

it('a broken picture is told with the answer', async () => {
  const { req, end } = begin();
  req.write(file('broken.jpg', withoutPixels(photo)));
  const { status, body } = await end(file('good.jpg', photo), END);
  expect(status).toBe(400);
  expect(body.error.message).toContain('broken.jpg');
});

it.each([
  ['of a refused file', () => file('empty.jpg', Buffer.alloc(0))],
  ['that ends too early', () => field('other', 'x').subarray(0, 20)],
])('a request %s leaves nothing of what was made', async (_name, rest) => {
  const { req, end } = begin();
  req.write(Buffer.concat([file('first.jpg', photo), file('second.jpg', photo).subarray(0, 200)]));
  await allStaged();
  const { status } = await end(file('second.jpg', photo).subarray(200), rest());
  expect(status).toBe(400);
});

it('a request that is refused while a picture is in work leaves nothing', async () => {
  const large = await quarters(5000, 4000).webp({ effort: 0 }).toBuffer();
  await countAdmissions();
  const { req, end } = begin();
  req.write(Buffer.concat([file('large.webp', large), field('other', 'x').subarray(0, 20)]));
  await eventually(async () => (await admissions()).running === 1, 'its work has begun');
  const empty = file('empty.jpg', Buffer.alloc(0));
  const { status } = await end(field('other', 'x').subarray(20), empty, END);
  expect(status).toBe(400);
  await eventually(async () => (await admissions()).running === 0, 'nothing works on it');
  // If the server still made sizes for the refused request, it would stage them within this time.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await staged()).toBe(0);
});

interface Admissions {
  /** Number of images that are being processed. */
  running: number;
  /** Number of images that were not admitted. */
  refused: number;
}

/** Private parts of the image maker: `admission`, and the running work that several requests can share. */
interface ImageMakerInside {
  deps: {
    admission: {
      admit(bytes: number, work: () => Promise<unknown>, wait?: object): unknown;
    };
  };
  running: Map<string, { requests: number }>;
}

/** Starts to count the images that are admitted. */
const countAdmissions = () =>
  site.server.inside((strapi) => {
    const { imageMaker } = strapi.get('strapi-upload.container').images as {
      imageMaker: ImageMakerInside;
    };
    const { admission } = imageMaker.deps;
    const { admit } = Object.getPrototypeOf(admission);
    const counts = { running: 0, refused: 0 };
    Object.assign(globalThis, { admissions: counts });
    admission.admit = async (bytes, work, wait) => {
      const counted = async () => {
        counts.running += 1;
        try {
          return await work();
        } finally {
          counts.running -= 1;
        }
      };
      try {
        return await admit.call(admission, bytes, counted, wait);
      } catch (error) {
        counts.refused += 1;
        throw error;
      }
    };
  });
const admissions = () =>
  site.server.inside(() => (globalThis as unknown as { admissions: Admissions }).admissions);

/** Number of requests that wait for the result of the same image. */
const requestsInWork = () =>
  site.server.inside((strapi) => {
    const { imageMaker } = strapi.get('strapi-upload.container').images as {
      imageMaker: ImageMakerInside;
    };
    return [...imageMaker.running.values()][0]?.requests ?? 0;
  });

/** Occupies all places for the processing of images until the test calls `leave`. */
const occupy = () =>
  site.server.inside(async (strapi) => {
    type Admit = (bytes: number, work: () => Promise<void>) => Promise<void>;
    const { imageMaker } = strapi.get('strapi-upload.container').images as {
      imageMaker: { deps: { admission: { admit: Admit } } };
    };
    const left = new Promise<void>((resolve) => Object.assign(globalThis, { leave: resolve }));
    for (let count = 0; count < 20; count += 1) {
      void imageMaker.deps.admission.admit(1, () => left).catch(() => {});
    }
  });
const leave = () =>
  site.server.inside(async () => (globalThis as unknown as { leave(): void }).leave());

it('a picture whose turn did not come is tried again when its request is complete', async () => {
  await site.configure({ maxWait: 1 });
  await occupy();
  await countAdmissions();
  const { req, end } = begin();
  req.write(Buffer.concat([file('early.jpg', photo), field('other', 'x').subarray(0, 20)]));
  await eventually(async () => (await admissions()).refused === 1, 'its turn did not come');
  await leave();
  await site.configure({});
  const { body } = await end(field('other', 'x').subarray(20), END);
  expect(sizesOf(body[0])).toEqual(['large', 'medium', 'small', 'thumbnail']);
  expect(site.server.output()).not.toContain('early.jpg');
});

it('a refused request does not wait for the same picture of another one', async () => {
  // `maxWait` is longer than the time limit of this test, so the first request waits until the test calls `leave`.
  await site.configure({ maxWait: 3_600_000 });
  await occupy();
  const first = begin();
  const answer = first.end(file('same.jpg', photo), END);
  await eventually(async () => (await staged()) > 0, 'the first one waits');
  const second = begin();
  const other = field('other', 'x');
  second.req.write(Buffer.concat([file('same.jpg', photo), other.subarray(0, 20)]));
  await eventually(async () => (await requestsInWork()) === 2, 'the second one waits for it');
  const empty = file('empty.jpg', Buffer.alloc(0));
  const { status } = await second.end(other.subarray(20), empty, END);
  expect(status).toBe(400);
  await leave();
  expect((await answer).status).toBe(201);
});

it('a client that goes away stops the work, and nothing is left', async () => {
  const large = await quarters(3000, 2000).webp({ effort: 0 }).toBuffer();
  const { req } = begin();
  for (let count = 1; count <= 3; count += 1) {
    req.write(file(`${count}.webp`, Buffer.concat([large, Buffer.alloc(count * 2)])));
  }
  req.write(field('other', 'x').subarray(0, 20));
  await eventually(async () => (await staged()) >= 3, 'they are staged');
  req.destroy();
  await eventually(async () => (await staged()) === 0, 'nothing is left');
});

it('an entry whose client goes away when its form is sent is not made, nor are its pictures', async () => {
  await occupy();
  await site.server.inside((strapi) => {
    strapi.server.httpServer.once('request', (received: http.IncomingMessage) => {
      Object.assign(globalThis, { received });
    });
  });
  const { req } = begin('/api/restaurants');
  const picture = file('cover.jpg', photo).toString('latin1').replace('"files"', '"files.cover"');
  req.end(Buffer.concat([field('data', '{"name":"Gone"}'), Buffer.from(picture, 'latin1'), END]));
  await eventually(async () => (await staged()) === 1, 'its picture waits');
  const isComplete = () =>
    site.server.inside(
      () => (globalThis as unknown as { received: http.IncomingMessage }).received.complete
    );
  await eventually(isComplete, 'all of it has come in');
  // Wait until the server has also read the body.
  await new Promise((resolve) => setTimeout(resolve, 100));
  req.destroy();
  await eventually(async () => (await staged()) === 0, 'nothing is left');
  await leave();
  const entries = await site.server.inside((strapi) =>
    strapi.db.query('api::restaurant.restaurant').count()
  );
  expect(entries).toBe(0);
});

it('a picture of one request is replaced with the new one', async () => {
  const { body } = await begin().end(file('old.jpg', photo), END);
  const other = await sharp(photo)
    .negate()
    .jpeg({ quality: 100, optimiseCoding: false })
    .toBuffer();
  const { req, end } = begin(`/api/upload?id=${body[0].id}`);
  req.write(Buffer.concat([file('new.jpg', other), field('other', 'x').subarray(0, 20)]));
  await allStaged();
  const { status, body: replaced } = await end(field('other', 'x').subarray(20), END);
  expect(status).toBe(200);
  const small = await site.bytes(replaced.formats.small.url);
  const inverse = [RED, GREEN, BLUE, YELLOW].map((colour) => colour.map((value) => 255 - value));
  expectColours(await coloursOf(small), inverse as [typeof RED]);
});
