/** Table of the variants. Like the ledger's table, it is not a content type. */
export const VARIANTS_TABLE = 'upload_variants';

/**
 * State of a variant:
 *
 * - `made`: the variant belongs to its file; its bytes may be missing, and are then made again
 * - `original`: a copy of an image that another provider keeps
 * - `known`: what is known of such an image, without a copy
 * - `removing`: the variant is no longer used; its bytes are removed, and then the row
 */
export type VariantState = 'made' | 'original' | 'known' | 'removing';

/** A variant that is recorded before its bytes are published. */
export interface NewVariant {
  /** Id of the row of `files`. */
  fileId: number;
  /** Name of the variant among those of its file. */
  recipe: string;
  place: VariantPlace;
  /** Size in bytes. */
  bytes: number;
  /** Whether a part of the image is cut off, so that the variant depends on the focal point. */
  isCrop: boolean;
}

/** A copy of an image that another provider keeps. */
export interface NewOriginal extends Omit<NewVariant, 'isCrop'> {
  /** What is known of the image, as text. */
  source: string;
}

/** Where the bytes of a variant lie. */
export interface VariantPlace {
  /** Path below the folder of variants, with slashes. */
  name: string;
  isPrivate: boolean;
}

/** Definition of the table for Strapi's schema sync. Times are in ms since 1970. */
export const variantsModel = {
  uid: 'plugin::upload.variant',
  singularName: 'upload-variant',
  tableName: VARIANTS_TABLE,
  attributes: {
    id: { type: 'increments' },
    fileId: { type: 'integer', column: { notNullable: true } },
    recipe: { type: 'string', column: { notNullable: true } },
    state: { type: 'string', column: { notNullable: true } },
    name: { type: 'string', column: { notNullable: true } },
    isPrivate: { type: 'boolean', column: { notNullable: true } },
    isCrop: { type: 'boolean', column: { notNullable: true } },
    bytes: { type: 'integer', column: { notNullable: true } },
    source: { type: 'text' },
    usedAt: { type: 'biginteger', column: { notNullable: true } },
  },
  indexes: [
    { name: 'upload_variants_recipe_index', columns: ['file_id', 'recipe'], type: 'unique' },
    { name: 'upload_variants_used_index', columns: ['state', 'used_at'], type: null },
  ],
};
