/** Table of the daily counts. Like the ledger's table, it is not a content type. */
export const COUNTS_TABLE = 'upload_counts';

/** Definition of the table for Strapi's schema sync: one row per day and subject of a limit. */
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
