/** A size in bytes as Strapi stores it: kilobytes of 1000 bytes with two decimals. */
export const toKilobytes = (bytes: number): number => Math.round(bytes / 10) / 100;

/** A size in bytes as text for users, in the units that Strapi uses (`1.5 MB`, 1 kB = 1000 bytes). */
export function humanSize(bytes: number): string {
  const units = ['Bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes > 0 ? Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1) : 0;
  return `${Number((bytes / 1000 ** power).toFixed(2))} ${units[power]}`;
}
