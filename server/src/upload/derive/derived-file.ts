import type { Box } from '../../images/plan/plan';
import type { ObjectAddress, StagedObject } from '../../storage/port';
import type { FileInfo } from '../../types/rows';
import type { StagedFile } from '../stage/staged-file';

/** A MIME type and the extension that belongs to it. */
export type Kind = Pick<ObjectAddress, 'mime' | 'ext'>;

/** One staged smaller size of an image. */
export interface StagedFormat extends Box {
  key: string;
  object: StagedObject;
  /** Type and extension of the size; null if they are those of the original. */
  kind: Kind | null;
}

/** The staged results of an image. */
export interface StagedImage {
  /** The object that replaces the original that was sent; null if the sent original stays. */
  original: StagedObject | null;
  formats: StagedFormat[];
  placeholder: string | null;
  /** Whether private metadata may be left in the original. */
  metadataKept: boolean;
}

/** All objects of one file: the original, and the formats of an image. */
export interface DerivedFile extends StagedFile {
  /** Width and height in pixels; null for a file that is not an image. */
  width: number | null;
  height: number | null;
  /** The formats of an image; null for a file without formats. */
  formats: StagedFormat[] | null;
  /** The placeholder of an image; null for a file that is not an image, and if the project wants no placeholders. */
  placeholder: string | null;
  /** Whether private metadata may be left in the original. */
  metadataKept: boolean;
}

/** Address of a file, its `fileInfo`, and the parts of the address that a project's functions cannot change. */
export interface Naming {
  address: ObjectAddress;
  info: FileInfo;
  fixed: Partial<Pick<ObjectAddress, 'hash' | 'ext'>>;
}

/** A staged file and its address. */
export interface NamedFile {
  file: StagedFile;
  naming: Naming;
}

/** A smaller size of an image, and its address. */
export interface AddressedFormat extends Omit<StagedFormat, 'kind'> {
  address: ObjectAddress;
}

/** All objects of one file, and their addresses. */
export interface AddressedFile extends Omit<
  DerivedFile,
  keyof StagedFile | 'formats' | 'placeholder'
> {
  object: StagedObject;
  address: ObjectAddress;
  formats: AddressedFormat[] | null;
  /** The placeholder of an image; undefined if the content type of files has no attribute for a placeholder. */
  placeholder?: string | null | undefined;
}

/** The address of a format: the address of the original, with the format's name as a prefix. */
export function formatAddress(
  original: ObjectAddress,
  { key, kind }: Pick<StagedFormat, 'key' | 'kind'>
): ObjectAddress {
  return { ...original, ...kind, name: `${key}_${original.name}`, hash: `${key}_${original.hash}` };
}
