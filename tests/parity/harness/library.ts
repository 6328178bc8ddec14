/** Ids of the files, folders and entries on a server before a case starts. Names are the same on all servers. */
export interface Library {
  /** Id of a file of the library, by its name. */
  file(name: string): number;
  /** Id of a folder of the library, by its name. */
  folder(name: string): number;
  /** The restaurant to which cases link files. */
  restaurant: { documentId: string; draft: number; published: number };
  /** Names of the library's files, folders and entries, by id. */
  names: ReadonlyMap<number, string>;
}

export interface FolderSeed {
  name: string;
  pathId: number;
  path: string;
  parent?: string;
}

export interface FileSeed {
  name: string;
  ext: string;
  mime: string;
  /** Path of the folder that contains the file. */
  folderPath?: string;
  /** First name of the admin user who created the file. */
  by?: 'admin' | 'author';
  alternativeText?: string;
  caption?: string;
  formats?: boolean;
  /** Size in kilobytes. */
  size: number;
}

/** A tree of folders with three levels. Some paths begin with the text of another path (`/1` and `/10`). */
export const FOLDERS: FolderSeed[] = [
  { name: 'Menus', pathId: 1, path: '/1' },
  { name: 'Summer', pathId: 2, path: '/1/2', parent: 'Menus' },
  { name: 'Drinks', pathId: 3, path: '/1/2/3', parent: 'Summer' },
  { name: 'Winter', pathId: 4, path: '/1/4', parent: 'Menus' },
  { name: 'Photos', pathId: 5, path: '/5' },
  { name: 'Archive', pathId: 10, path: '/10' },
];

/** Files of many kinds. Each file is a minute younger than the file before it. */
export const FILES: FileSeed[] = [
  { name: 'notes.txt', ext: '.txt', mime: 'text/plain', size: 0.02, by: 'admin' },
  {
    name: 'photo.jpg',
    ext: '.jpg',
    mime: 'image/jpeg',
    folderPath: '/5',
    alternativeText: 'A photo',
    caption: 'Taken at noon',
    formats: true,
    size: 120.5,
    by: 'admin',
  },
  { name: 'report.pdf', ext: '.pdf', mime: 'application/pdf', folderPath: '/1', size: 33 },
  {
    name: 'lemonade.png',
    ext: '.png',
    mime: 'image/png',
    folderPath: '/1/2/3',
    caption: 'Cold drink',
    size: 12,
    by: 'author',
  },
  { name: 'summer.csv', ext: '.csv', mime: 'text/csv', folderPath: '/1/2', size: 1.5 },
  { name: 'old.zip', ext: '.zip', mime: 'application/zip', folderPath: '/10', size: 900 },
  { name: 'Über uns.txt', ext: '.txt', mime: 'text/plain', size: 0.5, by: 'author' },
  { name: 'clip.mp4', ext: '.mp4', mime: 'video/mp4', size: 2000, by: 'admin' },
];
