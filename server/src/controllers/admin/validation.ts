import { validateYupSchema, yup } from '../../util/strapi-utils';

const SLASHES = /^[^/]+$/;
const EDGES = /^\S(.*\S)?$/;

/** Uses Strapi's own validator, since the Media Library shows its messages next to the fields of the form. */
const folderName = yup
  .string()
  .strict(true)
  .min(1)
  .matches(SLASHES, 'name cannot contain slashes')
  .matches(EDGES, 'name cannot start or end with a whitespace');

const parent = yup.strapiID().nullable();

const ids = yup.array().strict(true).of(yup.strapiID().required());

const fileInfo = yup.object().required();

export const validateNewFolder = validateYupSchema(
  yup.object().shape({ name: folderName.required(), parent }).noUnknown().required()
);

export const validateFolder = validateYupSchema(
  yup.object().shape({ name: folderName, parent }).noUnknown().required()
);

export const validateSelection = validateYupSchema(
  yup.object().shape({ fileIds: ids, folderIds: ids }).noUnknown().required()
);

export const validateMove = validateYupSchema(
  yup
    .object()
    .shape({
      fileIds: ids,
      folderIds: ids,
      destinationFolderId: yup.strapiID().nullable().defined('destinationFolderId must be defined'),
    })
    .noUnknown()
    .required()
);

export const validateUpdates = validateYupSchema(
  yup
    .object()
    .shape({
      updates: yup
        .array()
        .of(yup.object().shape({ id: yup.number().required(), fileInfo }))
        .min(1)
        .required(),
    })
    .required()
);

const settings = yup.object().shape({
  sizeOptimization: yup.boolean().required(),
  responsiveDimensions: yup.boolean().required(),
  autoOrientation: yup.boolean(),
  aiMetadata: yup.boolean(),
});

/** Names of the settings that this plugin knows. */
export const SETTINGS = Object.keys(settings.fields);

/** Validates settings and drops unknown keys. */
export const validateSettings = async (raw: unknown): Promise<Record<string, unknown>> => {
  const valid = (await validateYupSchema(settings)(raw)) as Record<string, unknown>;
  const known = Object.keys(settings.fields).filter((key) => valid[key] !== undefined);
  return Object.fromEntries(known.map((key) => [key, valid[key]]));
};

const SORTS = [
  'createdAt:DESC',
  'createdAt:ASC',
  'name:ASC',
  'name:DESC',
  'updatedAt:DESC',
  'updatedAt:ASC',
];

export const validateViewConfiguration = validateYupSchema(
  yup.object().shape({ pageSize: yup.number().required(), sort: yup.mixed().oneOf(SORTS) })
);

const regeneration = yup
  .object()
  .shape({
    mode: yup.mixed().oneOf(['missing', 'all']).required(),
    names: yup.array().strict(true).of(yup.string().strict(true).required()).min(1),
    dryRun: yup.boolean().strict(true),
  })
  .noUnknown()
  .required();

/** Validates the options of a regeneration. Without `names` all sizes are regenerated. */
export const validateRegeneration = validateYupSchema(regeneration) as (
  raw: unknown
) => Promise<{ mode: 'missing' | 'all'; names?: string[]; dryRun?: boolean }>;
