interface Plugin {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Strapi has no type for it
  [part: string]: any;
}

/** Takes the built-in upload plugin and returns the plugin that Strapi loads instead. */
declare function extension(builtin: Plugin): Plugin;

export = extension;
