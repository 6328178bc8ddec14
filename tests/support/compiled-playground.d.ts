/** Absolute path of the playground's sources. */
export const PLAYGROUND: string;

/** The folder with the playground's `config` and `src` as JavaScript. Compiles them where they have changed. */
export function compiledPlayground(): string;
