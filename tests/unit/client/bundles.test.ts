import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { EdgeVM } from '@edge-runtime/vm';
import { build } from 'esbuild';
import { answers, UploadServer } from '../../support/upload-server';

const SOURCES = path.resolve(__dirname, '../../../client/src');
const IMAGES = path.join(SOURCES, 'index.ts');
const UPLOAD = path.join(SOURCES, 'upload/index.ts');

/** The oldest syntax that the client may need. */
const SYNTAX = 'es2020';

/** Bundles an entry without comments and blanks. */
async function bundle(entry: string, format: 'esm' | 'iife'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: SYNTAX,
    format,
    ...(format === 'iife' ? { globalName: 'client' } : {}),
  });
  return outputFiles[0]!.text;
}

describe('a bundle of the client', () => {
  it.each([
    ['strapi-upload/client', IMAGES, 2000],
    ['strapi-upload/client/upload', UPLOAD, 3000],
  ])('%s has at most its bytes', async (_, entry, most) => {
    const code = await bundle(entry, 'esm');
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(most);
    expect(code).not.toMatch(/\bimport\b/);
  });
});

const PROPS = `
  const file = { data: { attributes: { url: '/uploads/a.jpg', width: 700, height: 350, updatedAt: 36 } } };
  JSON.stringify(client.pictureSources(file, { baseUrl: 'https://cms.example.com' }));
`;

const address = 'https://cms.example.com/uploads/a.jpg?';
const srcSetOf = (format: string) =>
  `${address}${format}v=10&width=640 640w, ${address}${format}v=10&width=750 750w`;
const PICTURE = {
  sources: ['avif', 'webp'].map((format) => ({
    type: `image/${format}`,
    srcSet: srcSetOf(`format=${format}&`),
    sizes: '100vw',
  })),
  img: {
    src: `${address}v=10&width=750`,
    srcSet: srcSetOf(''),
    sizes: '100vw',
    width: 700,
    height: 350,
    alt: '',
    style: {},
  },
};

describe('a platform without URL, URLSearchParams and btoa', () => {
  const absent = 'typeof URL + typeof URLSearchParams + typeof btoa';

  it('has images', async () => {
    // A new context has only the globals of the language.
    const context = createContext({});
    expect(runInContext(absent, context)).toBe('undefined'.repeat(3));
    const code = await bundle(IMAGES, 'iife');
    expect(JSON.parse(runInContext(code + PROPS, context))).toEqual(PICTURE);
  });

  it('uploads, with progress', async () => {
    const server = await UploadServer.start([answers(201, [{ id: 1 }])]);
    try {
      const globals = {
        fetch,
        FormData,
        File,
        Blob,
        Response,
        TransformStream,
        address: server.url,
      };
      const context = createContext(globals);
      expect(runInContext(absent, context)).toBe('undefined'.repeat(3));
      const code = await bundle(UPLOAD, 'iife');
      const uploads = `
        const seen = [];
        const onProgress = ({ loaded, total }) => seen.push(loaded / total);
        client.uploadFiles(new File(['text'], 'a.txt'), { url: address, onProgress })
          .then((files) => JSON.stringify([files, seen.pop()]));
      `;
      expect(JSON.parse(await runInContext(code + uploads, context))).toEqual([[{ id: 1 }], 1]);
    } finally {
      await server.stop();
    }
  });
});

describe("Vercel's edge runtime", () => {
  it('has images', async () => {
    const code = await bundle(IMAGES, 'iife');
    expect(JSON.parse(new EdgeVM().evaluate(code + PROPS))).toEqual(PICTURE);
  });

  it('uploads, with progress and errors', async () => {
    const server = await UploadServer.start([answers(201, [{ id: 1 }]), answers(403)]);
    try {
      const code = await bundle(UPLOAD, 'iife');
      const uploads = `
        const file = new File(['text'], 'a.txt');
        const options = { url: ${JSON.stringify(server.url)}, onProgress() {} };
        const upload = () => client.uploadFiles([file], options);
        upload().then((files) =>
          upload().catch((error) =>
            JSON.stringify([files, error instanceof client.UploadError, error.code])
          )
        );
      `;
      const told = await new EdgeVM().evaluate<Promise<string>>(code + uploads);
      expect(JSON.parse(told)).toEqual([[{ id: 1 }], true, 'HTTP_403']);
      expect(await (server.received[0]?.form.get('files') as File).text()).toBe('text');
    } finally {
      await server.stop();
    }
  });
});
