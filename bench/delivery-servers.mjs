import { npmFolder } from './npm-folder.mjs';
import { run, start } from './server.mjs';
import sharp from 'sharp';

/** Version of ipx. It gets this plugin's version of sharp, so that the versions of libvips make no difference. */
const IPX = '3.1.1';

/**
 * The images that are compared. `preset` is the variant of this plugin, and `encoder` has its other settings of the
 * encoder (`images/render/encode`), for sharp alone. ipx has no setting for the effort of an encoder, so it has those
 * of sharp.
 */
export const COLD = {
  '12 MP JPEG to 800 px WebP': {
    source: 'jpeg12',
    preset: { width: 800, format: 'webp', quality: 79 },
    encoder: { effort: 2 },
  },
  '8 MP JPEG to 800×600 cover': {
    source: 'jpeg8',
    preset: { width: 800, height: 600, fit: 'cover', format: 'jpg', quality: 80 },
    encoder: { optimiseCoding: true },
  },
  '2 MP PNG with alpha to 800 px PNG': {
    source: 'png2',
    preset: { width: 800, format: 'png' },
    encoder: { compressionLevel: 3, adaptiveFiltering: true },
  },
  '2 MP PNG with alpha to 800 px WebP': {
    source: 'png2',
    preset: { width: 800, format: 'webp', quality: 79 },
    encoder: { effort: 2 },
  },
  '12 MP JPEG to 800 px AVIF': {
    source: 'jpeg12',
    preset: { width: 800, format: 'avif', quality: 50 },
    encoder: { effort: 1 },
  },
};

const presetName = (kind) => `cold-${Object.keys(COLD).indexOf(kind)}`;

/** The variant of a stored file for a kind of `COLD`, as path and query. */
export const variantOf = (kind, { url }) => `${url}?key=${presetName(kind)}`;

/** The same for ipx. */
export function ipxPath(kind, { url }) {
  const { width, height, fit, format, quality } = COLD[kind].preset;
  const parts = [
    `f_${format}`,
    height ? `s_${width}x${height}` : `w_${width}`,
    ...(fit ? [`fit_${fit}`] : []),
    ...(quality ? [`q_${quality}`] : []),
  ];
  return `/${parts.join(',')}/${url.replace('/uploads/', '')}`;
}

/** The same for sharp alone, as a job of sharp-process.cjs. `path`: of the file. */
export function sharpJob(kind, path) {
  const { preset, encoder } = COLD[kind];
  const { width, height = null, format, quality } = preset;
  return { path, width, height, format, options: { ...(quality && { quality }), ...encoder } };
}

const presets = Object.fromEntries(
  Object.entries(COLD).map(([kind, { preset }]) => [presetName(kind), preset])
);

/** Starts this plugin in a new process. `options`: those of `start`; `early`: with `serving.early`. */
export const startOurs = ({ early = false, ...options } = {}) =>
  start({
    config: { transforms: { presets }, serving: { early } },
    ...options,
    env: { BENCH_COUNT: 'on' },
  });

/** Starts ipx. `images`: folder of the images. */
export async function startIpx(images) {
  return run('ipx-server.cjs', [
    await npmFolder('ipx', IPX, { sharp: sharp.versions.sharp }),
    images,
  ]);
}

/** Starts a process with sharp alone. `folder`: any folder. */
export const startSharp = (folder) => run('sharp-process.cjs', [folder]);

/** Starts the `send` library alone. `files`: folder of the files. */
export const startSend = (files) => run('static-server.cjs', [files], { uploads: files });
