import type { Chargeable } from '../access/allowance';
import type { Box, PicturePlan } from '../images/plan/plan';
import type { PictureWishes } from '../images/plan/sizes';
import type { Picture } from '../images/header/probe';
import type { Attempt } from '../attempt/attempt';
import type { FileInfo } from '../types/rows';
import type { ObjectAddress, StagedObject } from '../storage/port';

/** A file whose bytes are staged and whose name and type are known. */
export interface StagedFile extends Chargeable {
  /** The cleaned name. */
  name: string;
  ext: string;
  mime: string;
  object: StagedObject;
  /** Where its work has begun already. */
  headStart?: Promise<HeadStart> | undefined;
}

/** One smaller size of a picture, staged. */
export interface StagedFormat extends Box {
  key: string;
  object: StagedObject;
  /** Type and extension where they are not the original's. */
  kind: Kind | null;
}

/** What was made of a picture, staged. */
export interface StagedPicture {
  /** What is stored in the place of what was sent; null where that stays. */
  original: StagedObject | null;
  formats: StagedFormat[];
  placeholder: string | null;
  /** Whether private metadata may be left in the original. */
  metadataKept: boolean;
}

/** What is known of a picture, and made of it, while the rest of its request is still coming in. */
export interface HeadStart {
  /** Null for what is no readable picture. */
  picture: Picture | null;
  /** The project's settings as they were when the first picture of the request had come in. */
  wishes: PictureWishes;
  /**
   * What was made, if that is what the whole request asks for: `attempt` answers for it from here on.
   *
   * @returns null where the request asks for something else, and where nothing could be made at that time;
   *   what was made is not used then
   * @throws what the making has thrown
   */
  take(plan: PicturePlan, attempt: Attempt): Promise<StagedPicture | null>;
}

/** A type and the extension that goes with it. */
export type Kind = Pick<ObjectAddress, 'mime' | 'ext'>;

/** All that is stored of one file: the original, and of a picture its formats. */
export interface DerivedFile extends StagedFile {
  /** Pixels; null for what is no picture. */
  width: number | null;
  height: number | null;
  /** Null for what gets none. */
  formats: StagedFormat[] | null;
  /** Null for what is no picture, and where the project wants none. */
  placeholder: string | null;
  /** Whether private metadata may be left in the original. */
  metadataKept: boolean;
}

/** A smaller size of a picture, and where it goes. */
export interface AddressedFormat extends Omit<StagedFormat, 'kind'> {
  address: ObjectAddress;
}

/** All that is stored of one file, and where it goes. */
export interface AddressedFile extends Omit<
  DerivedFile,
  keyof StagedFile | 'formats' | 'placeholder'
> {
  object: StagedObject;
  address: ObjectAddress;
  formats: AddressedFormat[] | null;
  /** Undefined where files have no column for it. */
  placeholder?: string | null | undefined;
}

/** A file to be stored, with what the caller says about it. */
export interface Upload {
  file: StagedFile;
  info: FileInfo;
  /** Folder inside the bucket. */
  path: string | null;
  isPrivate: boolean;
}

/** The address of a format: the original's with the format's name before it. */
export function formatAddress(
  original: ObjectAddress,
  { key, kind }: Pick<StagedFormat, 'key' | 'kind'>
): ObjectAddress {
  return { ...original, ...kind, name: `${key}_${original.name}`, hash: `${key}_${original.hash}` };
}
