import type { LimitsConfig } from '../../server/src/config/limits';
import type { Server } from './server';

/** The counts of each subject, such as `role:public`: the number of its files, and their bytes. */
export type Counts = Record<string, [files: number, bytes: number]>;

/** Sets the limits of a running server, and resets all counts. */
export const setLimits = (server: Server, limits: LimitsConfig): Promise<void> =>
  server.inside(async (strapi, limits) => {
    strapi.config.set('plugin::upload.limits', limits);
    await strapi.db.getConnection('upload_counts').delete();
  }, limits);

/** The counts of all subjects. If a subject has counts of several days, the last day is used. */
export const countsOf = (server: Server): Promise<Counts> =>
  server.inside(async (strapi) => {
    const rows: Array<Record<string, unknown>> = await strapi.db
      .getConnection('upload_counts')
      .where('files', '>', 0)
      .orderBy('day');
    return Object.fromEntries(
      rows.map(({ subject, files, bytes }) => [subject, [Number(files), Number(bytes)]])
    ) as Counts;
  });

/** Removes counts that are no longer needed, as a server does in the background. */
export const tidyCounts = (server: Server): Promise<void> =>
  server.inside(async (strapi) => {
    const { dayCounts } = strapi.get('strapi-upload.container').access as {
      dayCounts: { forgetFormerDays(): Promise<void> };
    };
    await dayCounts.forgetFormerDays();
  });
