import type { Server } from '../../support/server';
import { FILES, FOLDERS } from './library';

/**
 * Fills the Media Library of a server with {@link FOLDERS} and {@link FILES} and with the files' bytes. Makes the photo
 * the cover of a restaurant.
 *
 * @returns ids by `file <name>` and `folder <name>`
 */
export function fillLibrary(server: Server, restaurant: number): Promise<Record<string, number>> {
  return server.inside(
    async (strapi, folders, files, restaurant) => {
      const fs = process.getBuiltinModule('node:fs');
      const ids: Record<string, number> = {};
      const insert = async (table: string, row: object) => {
        const [id] = await strapi.db.connection(table).insert(row);
        return Number(id);
      };
      const documentId = (kind: string, index: number) => `${kind}${index}`.padEnd(24, 'x');
      const start = Date.UTC(2024, 0, 1);
      const times = (index: number) => {
        const time = start + index * 60_000;
        return { created_at: time, updated_at: time, published_at: time, locale: null };
      };

      for (const [index, { name, pathId, path, parent }] of folders.entries()) {
        const id = await insert('upload_folders', {
          document_id: documentId('folder', index),
          name,
          path_id: pathId,
          path,
          ...times(index),
        });
        ids[`folder ${name}`] = id;
        if (parent) {
          const link = { folder_id: id, inv_folder_id: ids[`folder ${parent}`], folder_ord: 1 };
          await insert('upload_folders_parent_lnk', link);
        }
      }
      for (const [index, seed] of files.entries()) {
        const { name, ext, folderPath, by } = seed;
        const user =
          by && (await strapi.db.connection('admin_users').where('firstname', by).first('id'));
        const hash = `seed${index}_${'0'.repeat(9)}${index}`;
        const store = (key: string) =>
          fs.writeFileSync(`${strapi.dirs.static.public}/uploads/${key}${ext}`, `bytes of ${key}`);
        store(hash);
        const small = {
          name: `thumbnail_${name}`,
          hash: `thumbnail_${hash}`,
          ext,
          mime: seed.mime,
          path: null,
          width: 234,
          height: 156,
          size: 7.5,
          sizeInBytes: 7500,
          url: `/uploads/thumbnail_${hash}${ext}`,
        };
        if (seed.formats) {
          store(small.hash);
        }
        const id = await insert('files', {
          document_id: documentId('file', index),
          name,
          alternative_text: seed.alternativeText ?? null,
          caption: seed.caption ?? null,
          width: seed.formats ? 600 : null,
          height: seed.formats ? 400 : null,
          formats: seed.formats ? JSON.stringify({ thumbnail: small }) : null,
          hash,
          ext,
          mime: seed.mime,
          size: seed.size,
          url: `/uploads/${hash}${ext}`,
          provider: 'local',
          folder_path: folderPath ?? '/',
          created_by_id: user?.id ?? null,
          updated_by_id: user?.id ?? null,
          ...times(index),
        });
        ids[`file ${name}`] = id;
        if (folderPath) {
          const link = {
            file_id: id,
            folder_id: ids[`folder ${folders.find(({ path }) => path === folderPath)?.name}`],
            file_ord: 1,
          };
          await insert('files_folder_lnk', link);
        }
      }
      await insert('files_related_mph', {
        file_id: ids['file photo.jpg'],
        related_id: restaurant,
        related_type: 'api::restaurant.restaurant',
        field: 'cover',
        order: 1,
      });
      return ids;
    },
    FOLDERS,
    FILES,
    restaurant
  );
}
