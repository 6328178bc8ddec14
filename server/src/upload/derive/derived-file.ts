import type { Box } from '../../images/plan/plan';
import type { ObjectAddress, StagedObject } from '../../storage/port';
import type { FileInfo } from '../../types/rows';
import type { StagedFile } from '../stage/staged-file';

/** A type and the extension that goes with it. */
export type Kind = Pick<ObjectAddress, 'mime' | 'ext'>;

/** One smaller size of an image, staged. */
export interface StagedFormat extends Box {
  key: string;
  object: StagedObject;
  /** Type and extension where they are not the original's. */
  kind: Kind | null;
}

/** What was made of an image, staged. */
export interface StagedImage {
  /** What is stored in the place of what was sent; null where that stays. */
  original: StagedObject | null;
  formats: StagedFormat[];
  placeholder: string | null;
  /** Whether private metadata may be left in the original. */
  metadataKept: boolean;
}

/** All that is stored of one file: the original, and of an image its formats. */
export interface DerivedFile extends StagedFile {
  /** Pixels; null for what is no image. */
  width: number | null;
  height: number | null;
  /** Null for what gets none. */
  formats: StagedFormat[] | null;
  /** Null for what is no image, and where the project wants none. */
  placeholder: string | null;
  /** Whether private metadata may be left in the original. */
  metadataKept: boolean;
}

/** Where a file is to go, what is said about it, and what of the address no function changes. */
export interface Naming {
  address: ObjectAddress;
  info: FileInfo;
  fixed: Partial<Pick<ObjectAddress, 'hash' | 'ext'>>;
}

/** A staged file and where it is to go. */
export interface NamedFile {
  file: StagedFile;
  naming: Naming;
}

/** A smaller size of an image, and where it goes. */
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

/** The address of a format: the original's with the format's name before it. */
export function formatAddress(
  original: ObjectAddress,
  { key, kind }: Pick<StagedFormat, 'key' | 'kind'>
): ObjectAddress {
  return { ...original, ...kind, name: `${key}_${original.name}`, hash: `${key}_${original.hash}` };
}
