import { brokenImage } from '../../errors';
import type { ImageManipulation } from '../../images/overrides/manipulation';
import {
  contentOf,
  inTemporaryFolder,
  type UploadableFile,
} from '../../images/overrides/uploadable-file';
import type { ObjectAddress } from '../../storage/port';
import type { Attempt } from '../../attempt/attempt';
import { stageInstead } from './stage-made';
import type { AddressedFile, AddressedFormat, NamedFile } from './derived-file';

/**
 * Derives through the functions of the service `image-manipulation`, for projects that have some of
 * their own. They are asked in the order in which the built-in plugin asks them (Strapi 5.54), and
 * what they make is staged like everything else.
 *
 * @throws RefusedFile for a faulty image; whatever the project's functions throw
 */
export const deriveThrough = (
  { file: staged, naming: { address, info, fixed } }: NamedFile,
  service: ImageManipulation,
  attempt: Attempt
): Promise<Omit<AddressedFile, 'metadataKept'>> =>
  inTemporaryFolder(async (tmpWorkingDirectory) => {
    const content = await contentOf(staged.object.path);
    const sent: UploadableFile = { ...info, ...address, ...content, tmpWorkingDirectory };
    if (!(await service.isImage(sent))) {
      return { object: staged.object, address, width: null, height: null, formats: null };
    }
    if (await service.isFaultyImage(sent)) {
      throw brokenImage(staged);
    }
    const optimised = (await service.isOptimizableImage(sent))
      ? { ...(await service.optimize(sent)), ...fixed }
      : sent;
    const object =
      optimised.getStream === sent.getStream
        ? staged.object
        : await stageInstead(staged.object, optimised.getStream(), attempt);
    const file = { ...optimised, ...(await contentOf(object.path)) };
    const { width, height } = await service.getDimensions(file);
    const formats = (await service.isResizableImage(file))
      ? await stageSizes(await sizesOf(file, service), { original: address, service }, attempt)
      : [];
    return {
      ...{ object, address: addressOf(file, address), width, height },
      formats: formats.length > 0 ? formats : null,
    };
  });

/** Sizes of a file that are made anew. */
interface WantedSizes extends NamedFile {
  /** Whether a size is staged, by its name. */
  isWanted(key: string): boolean;
}

/**
 * Stages sizes of a file that is stored already through the same functions, whose original stays as
 * it is.
 *
 * @throws whatever the project's functions throw
 */
export const sizesThrough = (
  { file: staged, naming: { address, info }, isWanted }: WantedSizes,
  service: ImageManipulation,
  attempt: Attempt
): Promise<AddressedFormat[]> =>
  inTemporaryFolder(async (tmpWorkingDirectory) => {
    const content = await contentOf(staged.object.path);
    const file: UploadableFile = { ...info, ...address, ...content, tmpWorkingDirectory };
    if (!(await service.isResizableImage(file))) {
      return [];
    }
    const sizes = (await sizesOf(file, service)).filter(({ key }) => isWanted(key));
    return stageSizes(sizes, { original: address, service }, attempt);
  });

/** The breakpoints' sizes and the thumbnail; functions of projects may leave out any of them. */
async function sizesOf(file: UploadableFile, service: ImageManipulation) {
  const thumbnail = await service.generateThumbnail(file);
  const sizes = await service.generateResponsiveFormats(file);
  return [...(sizes ?? []), thumbnail && { key: 'thumbnail', file: thumbnail }].flatMap(
    (size) => size ?? []
  );
}

async function stageSizes(
  sizes: Array<{ key: string; file: UploadableFile }>,
  { original, service }: { original: ObjectAddress; service: ImageManipulation },
  attempt: Attempt
): Promise<AddressedFormat[]> {
  const staged: AddressedFormat[] = [];
  for (const { key, file } of sizes) {
    const { width, height } = file.width && file.height ? file : await service.getDimensions(file);
    const object = await attempt.stage(file.getStream());
    const address = addressOf(file, original);
    staged.push({ key, object, address, width: width ?? 0, height: height ?? 0 });
  }
  return staged;
}

/** The folder inside the bucket and the privacy are the request's. */
const addressOf = (
  { name, hash, ext, mime }: UploadableFile,
  original: ObjectAddress
): ObjectAddress => ({ ...original, name, hash, ext, mime });
