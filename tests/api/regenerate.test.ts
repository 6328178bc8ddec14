import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import request from 'supertest';
import { BIN, runCli } from '../support/cli';
import { cliHost } from '../support/cli-host';
import { pluginsWith } from '../support/config';
import { expectNothingLeftOver, expectTrueLedger } from '../support/consistency';
import { createRestaurant } from '../support/entries';
import { environmentOf } from '../support/environment';
import { startPictureServer, type StoredPicture } from '../support/picture-server';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';

const SCHEMA = 'src/api/restaurant/content-types/restaurant/schema.json';
const schema = JSON.parse(readFileSync(path.join(__dirname, '../../playground', SCHEMA), 'utf8'));

/** Tests `npx strapi-upload regenerate` in a project whose server is running. */
let site: Awaited<ReturnType<typeof startPictureServer>>;
let photo: Buffer;

beforeAll(async () => {
  site = await startPictureServer();
  photo = await quarters(1600, 1200).jpeg({ quality: 95 }).toBuffer();
});
afterAll(() => site.server.stop());

/**
 * Changes the project's configuration file. The command reads this file. The server keeps the configuration of its
 * start.
 */
const configure = (config: Record<string, unknown>) =>
  writeFile(path.join(site.server.project.dir, 'config/plugins.js'), pluginsWith(config));

const variables: Record<string, string> = {};
const command = cliHost(
  () => site.server.project,
  () => variables
);
const regenerate = (...args: string[]) => command('regenerate', ...args);

const rowOf = async ({ id }: { id: number }): Promise<StoredPicture> => {
  const { body } = await request(site.server.url).get(`/api/upload/files/${id}`).expect(200);
  return body;
};

const digestOf = async ({ url }: { url: string }): Promise<string> =>
  createHash('sha256')
    .update(await site.bytes(url))
    .digest('hex');

const digestsOf = async ({ formats }: StoredPicture): Promise<Record<string, string>> => {
  const digests = Object.entries(formats ?? {}).map(async ([key, format]) => [
    key,
    await digestOf(format),
  ]);
  return Object.fromEntries(await Promise.all(digests));
};

const keysOf = ({ formats }: StoredPicture): string[] => Object.keys(formats ?? {}).sort();

const fileOf = ({ url }: { url: string }): string =>
  path.join(site.server.project.uploads, path.basename(url));

/** The columns that a regeneration does not change. */
const identityOf = ({ formats: _formats, updatedAt: _updatedAt, ...row }: StoredPicture) => row;

const removeAll = async () => {
  const { body } = await request(site.server.url).get('/api/upload/files').expect(200);
  for (const { id } of body) {
    await request(site.server.url).delete(`/api/upload/files/${id}`).expect(200);
  }
};

beforeEach(() => configure({}));
afterEach(async () => {
  await expectNothingLeftOver(site.server);
  await expectTrueLedger(site.server);
  await removeAll();
});

const HERO = { images: { sizes: { hero: { width: 800, height: 200, fit: 'cover' } } } };

describe('regenerate --missing', () => {
  it('makes the sizes that pictures lack, and leaves everything else as it is', async () => {
    const before = await site.upload('a.jpg', photo, { focalPoint: { x: 50, y: 50 } });
    const small = await site.upload('small.png', await quarters(300, 300).png().toBuffer());
    const text = await site.upload('a.txt', Buffer.from('text'));
    const [original, sizes] = [await digestOf(before), await digestsOf(before)];
    await configure(HERO);

    const { code, out } = await regenerate();

    expect({ code, out }).toEqual({
      code: 0,
      out: '50 % (1 of 2 images)\n100 % (2 of 2 images)\n1 of 2 images were changed, 0 failed.\n',
    });
    const after = await rowOf(before);
    expect(identityOf(after)).toEqual(identityOf(before));
    expect(await digestOf(after)).toBe(original);
    const { hero, ...others } = await digestsOf(after);
    expect(others).toEqual(sizes);
    expect(hero).toEqual(expect.any(String));
    expect(after.formats!.hero).toMatchObject({
      name: `hero_${String(before.name)}`,
      hash: `hero_${String(before.hash)}`,
      url: `/uploads/hero_${path.basename(before.url)}`,
      width: 800,
      height: 200,
      mime: 'image/jpeg',
    });
    const bytes = await site.bytes(after.formats!.hero!.url);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 800, height: 200 });
    expectColours(await coloursOf(bytes), [RED, GREEN, BLUE, YELLOW]);
    expect([await rowOf(small), await rowOf(text)]).toEqual([small, text]);

    expect((await regenerate('--missing')).out).toContain('0 of 2 images were changed');
    expect(await rowOf(before)).toEqual(after);
  });

  it('makes all of them for a picture without any', async () => {
    const { id } = await site.upload('a.jpg', photo);
    const before = await rowOf({ id });
    const sizes = await digestsOf(before);
    await site.server.inside(
      async (strapi, id) =>
        strapi.db.query('plugin::upload.file').update({ where: { id }, data: { formats: null } }),
      id
    );
    await Promise.all(Object.values(before.formats!).map((format) => rm(fileOf(format))));

    expect((await regenerate()).code).toBe(0);

    const after = await rowOf({ id });
    expect(after.formats).toEqual(before.formats);
    expect(await digestsOf(after)).toEqual(sizes);
  });

  it('cuts around the focal point, and makes what the attributes of its entries want', async () => {
    await writeFile(
      path.join(site.server.project.dir, SCHEMA),
      JSON.stringify({
        ...schema,
        attributes: {
          ...schema.attributes,
          cover: {
            ...schema.attributes.cover,
            pluginOptions: {
              upload: { sizes: { banner: { width: 400, height: 100, fit: 'cover' } } },
            },
          },
        },
      })
    );
    const focalPoint = { x: 50, y: 100 };
    const { published } = await createRestaurant(site.server);
    const { body } = await request(site.server.url)
      .post('/api/upload')
      .field({ ref: 'api::restaurant.restaurant', refId: String(published), field: 'cover' })
      .field('fileInfo', JSON.stringify({ focalPoint }))
      .attach('files', photo, 'linked.jpg')
      .expect(201);
    const other = await site.upload('other.jpg', photo);

    expect((await regenerate()).code).toBe(0);

    const linked = await rowOf(body[0]);
    expectColours(await coloursOf(await site.bytes(linked.formats!.banner!.url)), [
      BLUE,
      YELLOW,
      BLUE,
      YELLOW,
    ]);
    expect(await rowOf(other)).toEqual(other);
    await writeFile(path.join(site.server.project.dir, SCHEMA), JSON.stringify(schema));
  });
});

describe('regenerate --all', () => {
  const CHANGED = { breakpoints: { large: 900 }, images: { quality: { jpeg: 30 } } };

  it('makes every size anew at its old URL, and removes those that are not configured', async () => {
    const before = await site.upload('a.jpg', photo);
    const [original, sizes] = [await digestOf(before), await digestsOf(before)];
    await configure(CHANGED);

    expect((await regenerate('--all')).code).toBe(0);

    const after = await rowOf(before);
    expect(identityOf(after)).toEqual(identityOf(before));
    expect(await digestOf(after)).toBe(original);
    expect(keysOf(after)).toEqual(['large', 'thumbnail']);
    expect(after.formats!.large).toMatchObject({
      url: before.formats!.large!.url,
      width: 900,
      height: 675,
    });
    const made = await digestsOf(after);
    expect(made.large).not.toBe(sizes.large);
    expect(made.thumbnail).not.toBe(sizes.thumbnail);
    expect(after.formats!.thumbnail!.size).toBe(
      Math.round((await site.bytes(after.formats!.thumbnail!.url)).length / 10) / 100
    );
  });

  it('gives new URLs where the project wants such, and where the type changes', async () => {
    const before = await site.upload('a.jpg', photo);
    await configure({ replace: { url: 'versioned' } });
    expect((await regenerate('--all')).code).toBe(0);
    const versioned = await rowOf(before);
    for (const key of keysOf(before)) {
      expect(versioned.formats![key]!.url).not.toBe(before.formats![key]!.url);
    }
    expect(versioned.url).toBe(before.url);

    await configure({ images: { format: 'webp' } });
    expect((await regenerate('--all')).code).toBe(0);
    const { formats } = await rowOf(before);
    expect(formats!.large).toMatchObject({ mime: 'image/webp', ext: '.webp' });
    expect((await sharp(await site.bytes(formats!.large!.url)).metadata()).format).toBe('webp');
  });

  it('--name makes these sizes only; the others stay', async () => {
    const before = await site.upload('a.jpg', photo);
    const sizes = await digestsOf(before);
    await configure(CHANGED);

    expect((await regenerate('--all', '--name', 'large')).code).toBe(0);

    const after = await rowOf(before);
    const { large, ...others } = await digestsOf(after);
    expect(large).not.toBe(sizes.large);
    expect({ ...others, large: sizes.large }).toEqual(sizes);
    expect(after.formats).toMatchObject({ large: { width: 900 }, medium: before.formats!.medium });
  });

  it('--dry-run tells what would be done to each picture, and does nothing', async () => {
    const before = await site.upload('a.jpg', photo);
    const small = await site.upload('b.png', await quarters(200, 100).png().toBuffer());
    await configure(CHANGED);
    const state = await site.server.uploaded();

    const { code, out } = await regenerate('--all', '--dry-run');

    expect(code).toBe(0);
    expect(out).toContain(
      `"a.jpg" (id ${before.id}): would make large, thumbnail; would remove medium, small\n`
    );
    expect(out).toContain('1 of 2 images would be changed, 0 failed.\n');
    expect([await rowOf(before), await rowOf(small)]).toEqual([before, small]);
    expect(await site.server.uploaded()).toEqual(state);
  });

  it('names the pictures that cannot be read, and does the others', async () => {
    const broken = await site.upload('broken.jpg', photo);
    const damaged = await site.upload('damaged.jpg', photo);
    const missing = await site.upload('missing.jpg', photo);
    const good = await site.upload('good.jpg', photo);
    const sizes = await Promise.all([broken, damaged].map(digestsOf));
    const originals = [broken, damaged, missing].map((file) => ({
      file: fileOf(file),
      bytes: readFileSync(fileOf(file)),
    }));
    await truncate(fileOf(broken), 200);
    // If this damaged image were uploaded now, it would get sizes. But its present sizes show the whole image.
    await truncate(fileOf(damaged), Math.floor(originals[1]!.bytes.length * 0.7));
    await rm(fileOf(missing));
    await configure(CHANGED);

    const { code, err, out } = await regenerate('--all');

    expect(code).toBe(1);
    expect(err.split('\n').sort()).toEqual([
      '',
      `"broken.jpg" (id ${broken.id}): The file "broken.jpg" is not a valid image: its content cannot be read as "image/jpeg".`,
      `"damaged.jpg" (id ${damaged.id}): The file "damaged.jpg" is not a valid image: its content cannot be read as "image/jpeg".`,
      `"missing.jpg" (id ${missing.id}): The stored file does not exist.`,
    ]);
    expect(out).toContain('1 of 4 images were changed, 3 failed.');
    expect((await rowOf(good)).formats).toMatchObject({ large: { width: 900 } });
    expect(await rowOf(broken)).toEqual(broken);
    expect(await Promise.all([broken, damaged].map(digestsOf))).toEqual(sizes);
    for (const { file, bytes } of originals) {
      await writeFile(file, bytes);
    }
  });

  it('makes sizes of a picture that was damaged when it came', async () => {
    const { id } = await site.upload(
      'damaged.jpg',
      photo.subarray(0, Math.floor(photo.length * 0.7))
    );
    await configure(CHANGED);
    const { code, out } = await regenerate('--all');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('0 failed') });
    expect((await rowOf({ id })).formats).toMatchObject({ large: { width: 900 } });
  });

  it("goes through a project's own functions for pictures", async () => {
    const before = await site.upload('a.jpg', photo);
    const original = await digestOf(before);
    const extension = path.join(site.server.project.dir, 'src/extensions/upload/strapi-server.js');
    const ours = readFileSync(extension);
    await writeFile(
      extension,
      `module.exports = (builtin) => {
        const plugin = require('strapi-upload/extension')(builtin);
        const images = plugin.services['image-manipulation'];
        const { generateResponsiveFormats } = images;
        images.generateResponsiveFormats = async (file) =>
          (await generateResponsiveFormats(file))
            .filter(({ key }) => key === 'large')
            .map((size) => ({ ...size, key: 'own' }));
        return plugin;
      };`
    );

    expect((await regenerate('--all')).code).toBe(0);

    const after = await rowOf(before);
    expect(keysOf(after)).toEqual(['own', 'thumbnail']);
    expect(after.formats!.own).toMatchObject({ width: 1000, height: 750 });
    expect(await digestOf(after)).toBe(original);
    await writeFile(extension, ours);
  });

  it('writes nothing over that lies where a size would go', async () => {
    const before = await site.upload('a.jpg', photo);
    const taken = path.join(site.server.project.uploads, `hero_${path.basename(before.url)}`);
    await writeFile(taken, 'of somebody else');
    await configure(HERO);

    expect((await regenerate()).code).toBe(0);

    const { hero } = (await rowOf(before)).formats!;
    expect(readFileSync(taken, 'utf8')).toBe('of somebody else');
    expect(hero!.url).toMatch(/^\/uploads\/hero_a_[0-9a-f]{10}_[0-9a-f]{10}\.jpg$/);
    await rm(taken);
  });
});

it('regenerate --name ends with 2 for a size that is not configured', async () => {
  const { code, err } = await regenerate('--name', 'unknown');
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringContaining(
      'The size "unknown" is not configured. The configured sizes are large, medium, small'
    ),
  });
});

/** Runs the command in a terminal of 60 columns, made by `script` of util-linux, and returns the terminal's output. */
async function inTerminal(...args: string[]): Promise<string> {
  const { project } = site.server;
  const command = ['stty cols 60;', process.execPath, BIN, 'regenerate', ...args].join(' ');
  const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
    cwd: project.dir,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environmentOf(project), TERM: 'xterm' },
    timeout: 60_000,
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return shown;
}

(process.platform === 'linux' ? it : it.skip)('shows a bar in a terminal', async () => {
  await site.upload('a.jpg', photo);
  await site.upload('b.jpg', photo);
  await configure(HERO);
  const shown = await inTerminal();
  const bars = [...shown.matchAll(/\r\u001b\[K(█*)(░*) (\d\/\d) (\d+) %/g)];
  expect(bars.at(-1)!.slice(3)).toEqual(['2/2', '100']);
  for (const [, full = '', rest = ''] of bars) {
    expect(full.length + rest.length).toBe(40);
  }
  expect(shown).toMatch(/\r\u001b\[K2 of 2 images were changed, 0 failed.\r\n$/);
});

it('ends in a project that does not start, and says why', async () => {
  // Strapi detects this error late, when the database is already open.
  await writeFile(
    path.join(site.server.project.dir, 'config/plugins.js'),
    'module.exports = () => ({});'
  );
  const { code, err } = await runCli(site.server.project, ['regenerate']);
  expect(code).toBe(1);
  expect(err).toContain('Missing jwtSecret');
});

it('compiles a project in TypeScript before it reads it', async () => {
  const { id } = await site.upload('a.jpg', photo);
  const { dir } = site.server.project;
  const plugins = path.join(dir, 'config/plugins');
  const added = ['tsconfig.json', 'config/plugins.ts', 'dist'];
  try {
    await rename(`${plugins}.js`, `${plugins}.away`);
    const settings = { sizes: { square: { width: 64, height: 64, fit: 'cover' } } };
    await writeFile(
      `${plugins}.ts`,
      `type Settings = Record<string, unknown>;
       const images: Settings = ${JSON.stringify(settings)};
       const secret: Settings = { jwtSecret: 'a secret of this test' };
       export default (): Settings => ({
         upload: { config: { images } },
         'users-permissions': { config: secret },
       });`
    );
    await writeFile(
      path.join(dir, 'tsconfig.json'),
      JSON.stringify({
        extends: '@strapi/typescript-utils/tsconfigs/server',
        compilerOptions: { outDir: 'dist', rootDir: '.', allowJs: true, checkJs: false },
        include: ['./config', './src', './src/**/*.json'],
        exclude: ['node_modules', 'dist', 'src/admin', 'src/plugins'],
      })
    );
    // The variable is an absolute path: the compiled configuration lies in `dist`, and a relative path in it would
    // start there.
    variables.DATABASE_FILENAME = path.join(dir, '.tmp/data.db');
    const { code, out } = await regenerate();
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('1 of 1 images were changed'),
    });
  } finally {
    delete variables.DATABASE_FILENAME;
    await rename(`${plugins}.away`, `${plugins}.js`);
    await Promise.all(
      added.map((name) => rm(path.join(dir, name), { recursive: true, force: true }))
    );
  }
  expect((await rowOf({ id })).formats).toHaveProperty('square');
  // The test has a longer time limit, because the TypeScript compiler takes long.
}, 150_000);
