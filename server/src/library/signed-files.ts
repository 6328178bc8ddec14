import { signFiles } from '../security/signed-urls';
import type { FileRow } from '../types';
import type { FileQueries } from './files';

/** The same queries, answering files whose URLs can be read. */
export function withSignedUrls(
  queries: FileQueries,
  sign: (file: FileRow) => Promise<FileRow>
): FileQueries {
  const signPage = async ({
    results,
    pagination,
  }: {
    results: FileRow[];
    pagination: unknown;
  }) => ({
    results: await signFiles(results, sign),
    pagination,
  });
  return {
    async findOne(id, populate) {
      const file = await queries.findOne(id, populate);
      return file && sign(file);
    },
    findMany: async (query) => signFiles(await queries.findMany(query), sign),
    findPage: async (query) => signPage(await queries.findPage(query)),
    findAndCountPage: async (query) => signPage(await queries.findAndCountPage(query)),
  };
}
