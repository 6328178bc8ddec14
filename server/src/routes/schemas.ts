// This must be Strapi's own copy of zod: its OpenAPI generator cannot read all schemas of another copy.
import { AbstractRouteValidator, z } from '../util/strapi-utils';

/** Identifies a file: by its id, or by its documentId. */
export const named = z.union([z.number().int().positive(), z.string()]);

const text = z.string();
const textOrNone = text.nullable().optional();
const pixels = z.number().int().nullable().optional();
const json = z.record(text, z.unknown()).nullable().optional();
const editor = z.number().int().optional();

/** A file in an answer of the content API. It has the folder and the editors only if the caller may see them. */
export const file = z.looseObject({
  id: z.number().int().positive(),
  documentId: text,
  name: text,
  alternativeText: textOrNone,
  caption: textOrNone,
  focalPoint: z.object({ x: z.number(), y: z.number() }).nullable().optional(),
  width: pixels,
  height: pixels,
  formats: json,
  hash: text,
  ext: textOrNone,
  mime: text,
  size: z.number(),
  url: text,
  previewUrl: textOrNone,
  provider: text,
  provider_metadata: json,
  folder: z.number().int().optional(),
  folderPath: text.optional(),
  createdAt: text,
  updatedAt: text,
  publishedAt: textOrNone,
  createdBy: editor,
  updatedBy: editor,
  isUrlSigned: z.boolean().optional(),
});

export const files = z.array(file);

/** The answer of `GET /files/page`. Without `withCount`, the answer has no total. */
export const page = z.object({
  data: files,
  meta: z.object({
    pagination: z.union([
      z.object({
        page: z.number().int(),
        pageSize: z.number().int(),
        pageCount: z.number().int().optional(),
        total: z.number().int().optional(),
      }),
      z.object({
        start: z.number().int(),
        limit: z.number().int(),
        total: z.number().int().optional(),
      }),
    ]),
  }),
});

/** Strapi's own query parameters, by name. */
class Parameters extends AbstractRouteValidator {
  /** Query parameters of a route for one file. */
  get one() {
    const { queryFields: fields, queryPopulate: populate } = this;
    return { fields: fields.optional(), populate: populate.optional() };
  }

  /** Query parameters of a route for a list. */
  get many() {
    const { querySort: sort, pagination, filters } = this;
    return {
      ...this.one,
      sort: sort.optional(),
      pagination: pagination.optional(),
      filters: filters.optional(),
    };
  }
}

export const parameters = new Parameters();
