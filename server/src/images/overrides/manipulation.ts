import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { objectHash } from '../../types/file-name';
import { bytesOf, insteadOf } from '../render/original';
import type { ImageMaker } from '../render/image-maker';
import { gainsByEncoding, planImage } from '../plan/plan';
import { isProcessed, probe, uprightSize, type Image } from '../header/probe';
import type { ImageOptions } from '../plan/sizes';
import { contentOf, mimeOf, onDisk, type UploadableFile } from './uploadable-file';

/** The bytes of a file, and its type and name if the caller knows them. */
type Bytes = Pick<UploadableFile, 'getStream' | 'filepath'> & { mime?: string; name?: string };

/** One smaller size of an image. */
interface Size {
  key: string;
  file: UploadableFile;
}

/**
 * The functions that process images, with the names and signatures of the built-in plugin (Strapi 5.54). Projects call
 * them, and replace them with their own.
 */
export interface ImageManipulation {
  isImage(file: Bytes): Promise<boolean>;
  /** Whether a file that claims to be an image cannot be decoded. The function decodes the whole image. */
  isFaultyImage(file: Bytes): Promise<boolean>;
  isOptimizableImage(file: Bytes): Promise<boolean>;
  isResizableImage(file: Bytes): Promise<boolean>;
  /** Returns width and height in pixels as shown; null if the file is no image. */
  getDimensions(file: Bytes): Promise<{ width: number | null; height: number | null }>;
  /** Returns the original as it is to be stored. Returns the same file if optimizing gains nothing. */
  optimize(file: UploadableFile): Promise<UploadableFile>;
  /** Returns the thumbnail; null if the image is no larger than its thumbnail would be. */
  generateThumbnail(file: UploadableFile): Promise<UploadableFile | null>;
  generateResponsiveFormats(file: UploadableFile): Promise<Size[]>;
  /** Returns the key, without extension, under which to store a file. `name` has no extension either. */
  generateFileName(name: string): string;
}

/** The parts of this plugin that the functions use. */
interface ManipulationDeps {
  imageOptions(): Promise<ImageOptions>;
  imageMaker: ImageMaker;
}

/** This plugin's own version of the functions, built from the parts that uploads use. */
export function createManipulation(deps: () => ManipulationDeps): ImageManipulation {
  const planOf = async (filepath: string, { mime, focalPoint }: UploadableFile) => {
    const image = await processed(filepath, mime);
    return image && planImage(image, await deps().imageOptions(), { focalPoint });
  };

  const sizesOf = (file: UploadableFile, wanted: (key: string) => boolean): Promise<Size[]> =>
    onDisk(file, async (filepath) => {
      const plan = await planOf(filepath, file);
      const formats = plan?.formats.filter(({ key }) => wanted(key)) ?? [];
      if (!plan || formats.length === 0) {
        return [];
      }
      const made = await deps().imageMaker.render(
        { path: filepath, name: file.name },
        { ...plan, original: null, placeholder: false, formats }
      );
      const sizes: Size[] = [];
      for (const format of made?.formats ?? []) {
        const { key, kind, width, height } = format;
        const { ext, mime, tmpWorkingDirectory } = { ...file, ...kind };
        const address = { name: `${key}_${file.name}`, hash: `${key}_${file.hash}`, ext, mime };
        const content = await write(bytesOf(format), path.join(tmpWorkingDirectory, address.hash));
        const about = { ...address, path: null, tmpWorkingDirectory, width, height };
        sizes.push({ key, file: { ...about, ...content } });
      }
      made?.giveBack();
      return sizes;
    });

  return {
    isImage: (file) =>
      ask(
        file,
        async (filepath, mime) => isProcessed(mime) || (await probe(filepath, mime)) !== null
      ),

    isFaultyImage: (file) =>
      ask(file, async (filepath, mime) => {
        if (!isProcessed(mime)) {
          return !mime.startsWith('image/');
        }
        const image = await processed(filepath, mime);
        const named = { path: filepath, name: file.name ?? '' };
        return !(image && (await deps().imageMaker.isSound(named, image)));
      }),

    isOptimizableImage: (file) =>
      ask(file, async (filepath, mime) => {
        const image = await processed(filepath, mime);
        return image !== null && gainsByEncoding(image);
      }),

    isResizableImage: (file) =>
      ask(file, async (filepath, mime) => (await processed(filepath, mime)) !== null),

    getDimensions: (file) =>
      ask(file, async (filepath, mime) => {
        const image = await probe(filepath, mime);
        return image ? uprightSize(image) : { width: null, height: null };
      }),

    optimize: (file) =>
      onDisk(file, async (filepath) => {
        const plan = await planOf(filepath, file);
        if (!plan) {
          return file;
        }
        const made = await deps().imageMaker.render(
          { path: filepath, name: file.name },
          { ...plan, placeholder: false, formats: [] }
        );
        const { sizeInBytes } = await contentOf(filepath);
        const sent = { path: filepath, size: sizeInBytes, mime: file.mime ?? '' };
        const { body } = await insteadOf(sent, plan, made?.original ?? null);
        const target = path.join(file.tmpWorkingDirectory, `optimized-${file.hash}`);
        const written = body && (await write(body, target));
        made?.giveBack();
        return written ? { ...file, ...uprightSize(plan.image), ...written } : file;
      }),

    async generateThumbnail(file) {
      const [thumbnail] = await sizesOf(file, (key) => key === 'thumbnail');
      return thumbnail?.file ?? null;
    },

    generateResponsiveFormats: (file) => sizesOf(file, (key) => key !== 'thumbnail'),

    generateFileName: (name) => objectHash(name, ''),
  };
}

const ask = <T>(file: Bytes, question: (filepath: string, mime: string) => Promise<T>) =>
  onDisk(file, async (filepath) => question(filepath, file.mime ?? (await mimeOf(filepath))));

/** Reads the header of an image that can be processed; null for other files. */
const processed = async (filepath: string, mime: string): Promise<Image | null> =>
  isProcessed(mime) ? probe(filepath, mime) : null;

async function write(body: AsyncIterable<Buffer>, target: string) {
  await pipeline(body, createWriteStream(target));
  return contentOf(target);
}
