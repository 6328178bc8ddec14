import type { Server } from './server';

/**
 * Inserts many rows of `files` without stored bytes. With `linkedTo`, every tenth file is linked to the entry with this
 * id.
 */
export const fillFiles = (
  server: Server,
  options: { from: number; to: number; textBytes?: number; linkedTo?: number }
): Promise<void> =>
  server.inside(async (strapi, { from, to, textBytes = 20, linkedTo }) => {
    const rows = Array.from({ length: to - from }, (_, index) => {
      const number = from + index;
      const key = `${number.toString(16).padStart(6, '0')}.jpg`;
      const place = number % 3 === 0 ? '/uploads/private/' : '/uploads/';
      const format = (name: string) => ({
        name,
        hash: `${name}_${key}`,
        url: `${place}${name}_${key}`,
      });
      const names = ['alpha', 'Beta', 'ärger', '"quoted"', 'zeta\u2028'];
      return {
        id: number,
        document_id: String(number).padStart(24, 'x'),
        name: `${names[number % 5]} ${(number * 7919) % 10_007}.jpg`,
        alternative_text: number % 4 === 0 ? null : `text ${number % 7}`,
        caption: 'c'.repeat(textBytes),
        formats: number % 2 === 0 ? JSON.stringify({ thumbnail: format('thumbnail') }) : null,
        hash: key.slice(0, -4),
        ext: number % 5 === 0 ? '.png' : '.jpg',
        mime: 'image/jpeg',
        size: 1 + (number % 50) / 100,
        url: place + key,
        provider: 'local',
        folder_path: '/',
        created_at: new Date(1_700_000_000_000 + (number % 11) * 1000),
        updated_at: new Date(1_700_000_000_000),
      };
    });
    const table = (name: string) => strapi.db.getConnection(name);
    for (let start = 0; start < rows.length; start += 50) {
      await table('files').insert(rows.slice(start, start + 50));
    }
    const links = rows
      .filter(({ id }) => linkedTo !== undefined && id % 10 === 0)
      .map(({ id }) => ({
        file_id: id,
        related_id: linkedTo,
        related_type: 'api::restaurant.restaurant',
        field: 'covers',
        order: id,
      }));
    for (let start = 0; start < links.length; start += 50) {
      await table('files_related_mph').insert(links.slice(start, start + 50));
    }
  }, options);

/**
 * Returns a number for each query of files since the last call of this function: how many rows the query may return at
 * most, or -1 if it has no limit. Queries of only ids are left out.
 */
export const queriesOfFiles = (server: Server): Promise<number[]> =>
  server.inside((strapi) => {
    const held = globalThis as { fileQueries?: number[] };
    if (!held.fileQueries) {
      held.fileQueries = [];
      strapi.db.connection.on(
        'query',
        ({ sql, bindings }: { sql: string; bindings: unknown[] }) => {
          if (
            /^select .* from `files` as/.test(sql) &&
            !/^select (count|`t0`.`id` from)/.test(sql)
          ) {
            const most = / limit \?/.test(sql)
              ? bindings.at(/ offset \?/.test(sql) ? -2 : -1)
              : null;
            const listed = /`id` in \(([?, ]+)\)/.exec(sql.replaceAll('`t0`.', ''))?.[1];
            held.fileQueries!.push(listed ? listed.split(',').length : Number(most ?? Infinity));
          }
        }
      );
    }
    return held.fileQueries.splice(0).map((most) => (Number.isFinite(most) ? most : -1));
  });

/**
 * Route and controller of a project. They answer the whole list of files as an array, which one database query reads.
 */
export const WHOLE_LIST = {
  'src/api/whole/routes/whole.js': `module.exports = { routes: ['', '-by-ours'].map((end) => ({
    method: 'GET', path: '/whole' + end, handler: 'whole.find' + (end && 'ByOurs'),
    config: { auth: { scope: ['plugin::upload.content-api.find'] } } })) };`,
  'src/api/whole/controllers/whole.js': `module.exports = ({ strapi }) => ({
    async find(ctx) {
      const model = strapi.getModel('plugin::upload.file');
      const { auth } = ctx.state;
      const { pagination, ...asked } = await strapi.contentAPI.sanitize.query(ctx.query, model, { auth });
      const page = pagination ? { start: pagination.start ?? 0, limit: pagination.limit } : {};
      const params = strapi.get('query-params').transform(model.uid, { ...asked, ...page });
      const rows = await strapi.db.query(model.uid).findMany(params);
      const { signFileUrls } = strapi.plugin('upload').service('file');
      const signed = await Promise.all(rows.map((row) => signFileUrls(row)));
      ctx.body = await strapi.contentAPI.sanitize.output(signed, model, { auth });
    },
    async findByOurs(ctx) {
      await strapi.plugin('upload').controller('content-api').find(ctx);
      ctx.body = { isArray: Array.isArray(ctx.body), count: ctx.body.length };
    },
  });`,
};
