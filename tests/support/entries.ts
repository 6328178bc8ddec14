import type { Server } from './server';

/** A published restaurant. */
export interface Restaurant {
  documentId: string;
  /** Row id of the draft. */
  draft: number;
  /** Row id of the published version. */
  published: number;
}

/** Creates and publishes a restaurant. */
export function createRestaurant(server: Server, name = 'Chez Test'): Promise<Restaurant> {
  return server.inside(async (strapi, name) => {
    const documents = strapi.documents('api::restaurant.restaurant' as 'plugin::upload.file');
    const draft = await documents.create({ data: { name } as object });
    const { entries } = await documents.publish({ documentId: draft.documentId });
    return {
      documentId: draft.documentId,
      draft: Number(draft.id),
      published: Number(entries[0]?.id),
    };
  }, name);
}

/** Names of the files that an attribute of an entry links, in their order. */
export function linkedNames(
  server: Server,
  uid: string,
  id: number,
  field: string
): Promise<string[]> {
  return server.inside(
    async (strapi, uid, id, field) => {
      const entry = await strapi.db.query(uid).findOne({ where: { id }, populate: [field] });
      return [entry[field] ?? []].flat().map((file: { name: string }) => file.name);
    },
    uid,
    id,
    field
  );
}

/** Changes an entry in a transaction that stays open for 1.5 s after the change. */
export function linkSlowly(
  server: Server,
  uid: string,
  documentId: string,
  data: object
): Promise<void> {
  return server.inside(
    async (strapi, uid, documentId, data) => {
      await strapi.db.transaction(async () => {
        const documents = strapi.documents(uid as 'plugin::upload.file');
        await documents.update({ documentId, data });
        await new Promise((resolve) => setTimeout(resolve, 1500));
      });
    },
    uid,
    documentId,
    data
  );
}
