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
 * Derives a file through the service `image-manipulation`, for projects that have replaced some of its functions.
 * The functions are called in the same order as in the built-in plugin (Strapi 5.54). Their results are staged like
 * all other objects.
 *
 * @throws RefusedFile for a faulty image; any error of the project's functions
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

/** A stored file and which of its sizes are made again. */
interface WantedSizes extends NamedFile {
  /** Whether the size of this name is to be staged. */
  isWanted(key: string): boolean;
}

/**
 * Stages sizes of a stored file through the functions that `deriveThrough` calls. The original does not change.
 *
 * @throws any error of the project's functions
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

/** The sizes of the breakpoints and the thumbnail. A project's function may return none. */
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

/**
 * Returns the address of a file that a project's function made. The folder inside the bucket and the privacy come from
 * the request: the function cannot change them.
 */
const addressOf = (
  { name, hash, ext, mime }: UploadableFile,
  original: ObjectAddress
): ObjectAddress => ({ ...original, name, hash, ext, mime });
