/** Writes settings (`settings.mjs`) as Markdown into a template. */

/**
 * A placeholder in the template: `<!-- settings: a, b.c -->` is replaced by all settings that begin with these keys.
 */
const PLACE = /<!-- settings: ([^>]+) -->/g;

const UNIT = /\bof (bytes|files|milliseconds|pixels|seconds|threads)\b/;

/** Returns a default value in JavaScript syntax. */
function literal(value) {
  if (typeof value === 'string') {
    return `'${value}'`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(literal).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}: ${literal(inner)}`);
    return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
  }
  return String(value);
}

function defaultOf(setting, defaultsOf) {
  const { path, unset } = setting;
  const value = path.split('.').reduce((at, key) => at?.[key], defaultsOf(setting));
  return value === undefined ? (unset ?? 'none') : `\`${literal(value)}\``;
}

/** Returns a line for each key of the objects in a record or list. */
const memberLines = (members) =>
  members.map(
    ({ path, description, allowed }) => `  - \`${path}\`: ${description} Allowed: ${allowed}.`
  );

function section(setting, defaultsOf) {
  const { path, description, allowed, members } = setting;
  const unit = UNIT.exec(allowed)?.[1];
  return [
    `### \`${path}\``,
    '',
    description,
    '',
    `- Allowed: ${allowed}`,
    ...(unit ? [`- Unit: ${unit}`] : []),
    `- Default: ${defaultOf(setting, defaultsOf)}`,
    ...(members.length > 0 ? ['- Keys of each value:'] : []),
    ...memberLines(members),
  ].join('\n');
}

/**
 * Returns the longest key of the template that contains a setting. For the setting `a.b.c` and the keys `a` and `a.b`,
 * this is `a.b`.
 */
const placeOf = (path, keys) =>
  keys
    .filter((key) => path === key || path.startsWith(`${key}.`))
    .sort((a, b) => b.length - a.length)[0];

const keysIn = (place) => place.split(', ');

/**
 * Returns the template with the settings in place of its placeholders.
 *
 * @param template Markdown with placeholders for settings
 * @param settings all settings
 * @param defaultsOf returns the configuration of a project that sets nothing; the defaults of a setting come from it
 * @throws Error if the template has no placeholder for a setting, or a placeholder without settings
 */
export function pageOf(template, settings, defaultsOf) {
  const keys = [...template.matchAll(PLACE)].flatMap(([, place]) => keysIn(place));
  const missing = settings.filter(({ path }) => placeOf(path, keys) === undefined);
  if (missing.length > 0) {
    throw new Error(`The template has no place for ${missing.map(({ path }) => path).join(', ')}.`);
  }
  const sectionsOf = (key) => {
    const found = settings.filter(({ path }) => placeOf(path, keys) === key);
    if (found.length === 0) {
      throw new Error(`The template names "${key}", which no setting is called.`);
    }
    return found.map((setting) => section(setting, defaultsOf));
  };
  return template.replace(PLACE, (_, place) => keysIn(place).flatMap(sectionsOf).join('\n\n'));
}
