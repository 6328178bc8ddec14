/** Absolute path of the playground's sources. */
export const PLAYGROUND: string;

/** Returns the folder with the playground's `config` and `src` as JavaScript. Compiles them if they have changed. */
export function compiledPlayground(): string;

/** Copies the playground as a JavaScript project, without its uploads, into the folder of a new project. */
export function copyPlayground(dir: string): Promise<void>;
