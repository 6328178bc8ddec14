/**
 * For each table, the number before its first id. Numbers of this size appear nowhere else in answers or rows, so the
 * harness recognises an id anywhere, also in a message or a URL.
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

/** Matches an id of one of these tables in a text. */
export const ANY_ID = /\b7[1-6]\d{7}\b/g;

/** Name of the table that has this id, for a label; undefined for a number that is no such id. */
export function kindOfId(id: number): string | undefined {
  const [table] =
    Object.entries(FIRST_IDS).find(([, first]) => id > first && id < first + BLOCK) ?? [];
  return table;
}
