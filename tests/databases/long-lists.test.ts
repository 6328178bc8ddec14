import { stringify } from 'qs';
import { superAdmin } from '../support/admin';
import { get } from '../support/api';
import { onEveryDatabase } from '../support/databases';
import { createFolder } from '../support/folders';
import { fillFiles, WHOLE_LIST } from '../support/long-library';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { noted, noteStatements } from '../support/plans';
import type { Server } from '../support/server';
import { createSite } from '../support/site';

const ROWS = 230;

/** Whether a query finds rows. Only the query that starts after the last row finds none. */
const isFilled = (query: string): boolean => !query.includes(`[start]=${ROWS}`);

/** On every database, the plugin reads long lists in pages. The result must equal the result of one query. */
onEveryDatabase((kind) => {
  let site: Awaited<ReturnType<typeof createSite>>;
  let server: Server;
  beforeAll(async () => {
    site = await createSite(kind, { files: WHOLE_LIST });
    server = await site.start();
    await allowPublic(server, UPLOAD_ACTIONS);
    await fillFiles(server, { from: 1, to: 1 + ROWS });
    // Rows that a SQL script has written may have microseconds, which a JavaScript date cannot hold.
    await server.inside(async (strapi) => {
      if (strapi.db.dialect.client === 'postgres') {
        await strapi.db.connection.raw(
          "UPDATE files SET created_at = created_at + id * interval '1 microsecond'"
        );
      }
    });
  });
  afterAll(() => site.remove());

  it.each([
    '?sort=id',
    '?sort=id:desc',
    '?sort[0]=name&sort[1]=id',
    '?sort[0]=alternativeText:desc&sort[1]=id:desc',
    '?sort[0]=createdAt:desc&sort[1]=id',
    '?sort[0]=size&sort[1]=id&fields[0]=size',
    '?filters[alternativeText][$null]=true&sort[0]=hash&sort[1]=id',
    '?pagination[start]=20&pagination[limit]=100&sort=id',
    '?pagination[start]=20&pagination[limit]=100&sort[0]=caption&sort[1]=id:desc',
    '?_q=alpha&sort=id',
    ...[
      '',
      '&sort=id:desc',
      '&sort=createdAt:desc',
      '&sort[0]=alternativeText&sort[1]=name:desc',
      '&sort=size&fields[0]=size',
      '&sort=name&populate=related',
      '&filters[ext][$eq]=.jpg&sort=size:desc',
      '&filters[hash][$startsWith]=0000&sort=createdAt',
      '&_q=jpg',
    ].map((asked) => `?pagination[start]=150&pagination[limit]=40${asked}`),
    '?pagination[start]=228&pagination[limit]=40',
    '?pagination[start]=230&pagination[limit]=40',
  ])('%s', async (query) => {
    const whole = await get(server, `/api/whole${query}`);
    const list = await get(server, `/api/upload/files${query}`);
    expect([list.status, list.body.toString()]).toEqual([200, whole.body.toString()]);
    expect(whole.body.length > 2).toBe(isFilled(query));
  });

  it('a page far behind passes over ids alone, and its total is that of the list', async () => {
    for (const sort of ['', '&sort=createdAt:desc']) {
      await noteStatements(server);
      const path = `/api/upload/files/page?pagination[page]=8&pagination[pageSize]=25${sort}`;
      const { meta } = (await get(server, path)).json() as { meta: unknown };
      const pagination = { page: 8, pageSize: 25, pageCount: 10, total: ROWS };
      expect(meta).toEqual({ pagination });
      const sent = await noted(server);
      const over = sent.filter((sql) => / offset /.test(sql));
      expect(sent).toContainEqual(expect.stringMatching(/^select count\(\*\) /));
      expect(over).toEqual([expect.not.stringContaining('.*')]);
    }
  });

  it("an editor's pages of a folder are those of one query, and make no whole rows distinct", async () => {
    const admin = await superAdmin(server);
    const { id } = await createFolder(admin, 'Filled');
    await server.inside(async (strapi, folder_id) => {
      const files = await strapi.db.connection('files').where('id', '>', 30).select('id');
      const links = files.map(({ id }) => ({ file_id: id, folder_id, file_ord: id }));
      await strapi.db.connection('files_folder_lnk').insert(links);
    }, id);
    for (const page of [1, 3, 9]) {
      const query = { filters: { folder: { id } }, sort: 'createdAt:DESC', page, pageSize: 25 };
      await noteStatements(server);
      const { body } = await admin.get('/upload/files').query(stringify(query)).expect(200);
      const distinct = (await noted(server)).filter((sql) =>
        /^select distinct .* from .files. as/.test(sql)
      );
      expect(distinct).toEqual([expect.not.stringContaining('.*')]);
      const whole = await server.inside(
        (strapi, query) =>
          strapi.db
            .query('plugin::upload.file')
            .findPage(strapi.get('query-params').transform('plugin::upload.file', query)),
        query
      );
      const idsOf = (rows: Array<{ id: number }>) => rows.map(({ id }) => id);
      expect([idsOf(body.results), body.pagination]).toEqual([
        idsOf(whole.results),
        whole.pagination,
      ]);
    }
  });

  it('lifecycle hooks of a page far behind change what is read and what is answered', async () => {
    await server.inside((strapi) => {
      const changed = globalThis as { unsubscribe?: () => void };
      changed.unsubscribe = strapi.db.lifecycles.subscribe({
        models: ['plugin::upload.file'],
        beforeFindMany: ({ params }) => void (params.where = { ext: '.jpg' }),
        beforeCount: ({ params }) => void (params.where = { ext: '.jpg' }),
        afterFindMany: ({ result }) => void (result as object[]).splice(3),
      }) as () => void;
    });
    const bounds = 'pagination[start]=150&pagination[limit]=20';
    const whole = await get(server, `/api/whole?${bounds}`);
    const page = (await get(server, `/api/upload/files/page?${bounds}`)).json() as {
      data: unknown[];
      meta: { pagination: { total: number } };
    };
    await server.inside(() => (globalThis as unknown as { unsubscribe(): void }).unsubscribe());
    expect(page.data).toEqual(whole.json());
    expect(page.data.length).toBe(3);
    expect(page.meta.pagination.total).toBe((ROWS * 4) / 5);
  });
});
