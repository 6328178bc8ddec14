/** Table of what was brought each day; as the ledger's no content type. */
export const COUNTS_TABLE = 'upload_counts';

/** The table as Strapi's schema sync makes it: a row per day and subject of a limit. */
export const countsModel = {
  uid: 'plugin::upload.count',
  singularName: 'upload-count',
  tableName: COUNTS_TABLE,
  attributes: {
    id: { type: 'increments' },
    day: { type: 'string', column: { notNullable: true } },
    subject: { type: 'string', column: { notNullable: true } },
    files: { type: 'biginteger', column: { notNullable: true } },
    bytes: { type: 'biginteger', column: { notNullable: true } },
  },
  indexes: [{ name: 'upload_counts_subject_index', columns: ['day', 'subject'], type: 'unique' }],
};
