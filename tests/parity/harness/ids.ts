/**
 * The number before each table's first id. Such numbers appear nowhere else in answers or rows, so
 * an id is known for one wherever it stands, in a message or a URL as well.
 */
export const FIRST_IDS: Record<string, number> = {
  files: 710_000_000,
  upload_folders: 720_000_000,
  restaurants: 730_000_000,
  files_related_mph: 740_000_000,
  files_folder_lnk: 750_000_000,
  upload_folders_parent_lnk: 760_000_000,
};

const BLOCK = 10_000_000;

/** An id of one of these tables, in a text. */
export const ANY_ID = /\b7[1-6]\d{7}\b/g;

/** What an id is one of, for a label; undefined for other numbers. */
export function kindOfId(id: number): string | undefined {
  const [table] =
    Object.entries(FIRST_IDS).find(([, first]) => id > first && id < first + BLOCK) ?? [];
  return table;
}
