/** A key of 16 hexadecimal digits that changes with the names and the contents of files, and with `others`. */
export function hashOfFiles(root: string, sources: readonly string[], others?: string): string;
