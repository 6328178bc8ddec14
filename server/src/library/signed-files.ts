import { signFiles } from '../signing/signed-urls';
import type { FileRow } from '../types/rows';
import type { FilePages, FileQueries } from './files';

/** Wraps queries of files, so that the files that they return have signed URLs. */
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
  async function* signPages(pages: FilePages): FilePages {
    for await (const page of pages) {
      yield await signFiles(page, sign);
    }
  }
  return {
    async findOne(id, populate) {
      const file = await queries.findOne(id, populate);
      return file && sign(file);
    },
    findMany: async (query) => signFiles(await queries.findMany(query), sign),
    findPage: async (query) => signPage(await queries.findPage(query)),
    findAndCountPage: async (query) => signPage(await queries.findAndCountPage(query)),
    readMany: (query) => signPages(queries.readMany(query)),
    async readAndCountPage(query) {
      const { pages, pagination } = await queries.readAndCountPage(query);
      return { pages: signPages(pages), pagination };
    },
  };
}
