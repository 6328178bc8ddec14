import { EMPTY, NO_SETTING, type Difference } from './difference';
import { ADMIN } from './differences-admin';

/** Value of `restore`: the setting with which links are written without validation. */
const VALIDATE = 'links: { validate: false }';

const FILE = ['disk', 'rows.files', 'rows.files_folder_lnk'];
const API_FOLDER = ['rows.upload_folders', 'store.plugin_upload_api-folder'];
const NOTHING_STORED = ['0.body', ...FILE, ...API_FOLDER];

const SAFE_SVG =
  'An SVG is stored without what could run or load anything, and without prolog and comments ' +
  "(`security: { svg: 'keep' }` stores it as it came).";

/** Differences in the processing of images. */
const PICTURES: Difference[] = [
  {
    cases: ['uploads a photo held sideways'],
    paths: [
      '0.body.0.formats.small.height',
      '0.body.0.formats.small.width',
      '0.body.0.formats.thumbnail.width',
      '0.body.0.height',
      '0.body.0.width',
      'disk.1',
      'disk.2',
      'rows.files.0.formats.small.height',
      'rows.files.0.formats.small.width',
      'rows.files.0.formats.thumbnail.width',
      'rows.files.0.height',
      'rows.files.0.width',
    ],
    reason:
      'Formats are upright, and the size is that which is seen. The built-in drops the orientation and leaves the picture on its side.',
  },
  {
    cases: ['uploads an AVIF'],
    paths: [
      '0.body.0.formats',
      '0.body.0.height',
      '0.body.0.width',
      'disk',
      'rows.files.0.formats',
      'rows.files.0.height',
      'rows.files.0.width',
    ],
    reason: 'An AVIF gets its size and formats, as other pictures do.',
  },
  {
    cases: ['uploads a HEIC'],
    paths: ['0.body.0.height', '0.body.0.width', 'rows.files.0.height', 'rows.files.0.width'],
    reason: 'A HEIC gets its size.',
  },
  {
    cases: ['uploads an SVG', 'an editor uploads an SVG through /upload'],
    paths: ['0.body.0.size', 'disk.0', 'rows.files.0.size'],
    reason: SAFE_SVG,
  },
  {
    cases: ['an editor uploads an SVG through /upload/files'],
    paths: ['0.body.size', 'disk.0', 'rows.files.0.size'],
    reason: SAFE_SVG,
  },
  {
    cases: ['uploads text named as a picture', 'refuses text that claims an allowed type'],
    paths: ['0.status 201→400', ...NOTHING_STORED],
    reason: 'What claims to be a picture has to be one: browsers and image services believe it.',
    restore: NO_SETTING,
  },
];

/** Differences in the names and types of files. */
const NAMES: Difference[] = [
  {
    cases: ['uploads a PNG named as text'],
    paths: [
      '0.body.0.ext',
      '0.body.0.hash',
      '0.body.0.mime',
      '0.body.0.size',
      '0.body.0.url',
      'disk.0',
      'rows.files.0.ext',
      'rows.files.0.hash',
      'rows.files.0.mime',
      'rows.files.0.size',
      'rows.files.0.url',
    ],
    reason: 'Bytes that tell their type decide on type and extension, which servers believe.',
  },
  {
    cases: ['uploads a file whose type is no type'],
    paths: ['0.body.0.mime', 'rows.files.0.mime'],
    reason: 'A word that is no media type is not stored, let alone served, as one.',
  },
  {
    cases: ['serves a script'],
    paths: ['1.body', '1.headers.content-type'],
    reason: 'The type that a script is served with is text/javascript (RFC 9239).',
  },
  {
    cases: ['takes a text that is named as an archive'],
    paths: ['0.body.0.mime', 'rows.files.0.mime'],
    reason: 'A text is stored and served as one, whatever else its name says that it is.',
  },
  {
    cases: ['an editor fetches a file without a type'],
    paths: [
      '0.body.4.data.file.ext',
      '0.body.4.data.file.mime',
      '0.body.4.data.file.url',
      '0.body.5.data.data.0.ext',
      '0.body.5.data.data.0.mime',
      '0.body.5.data.data.0.url',
      'disk.9',
      'rows.files.8.ext',
      'rows.files.8.mime',
      'rows.files.8.url',
    ],
    reason: 'A text of which nothing is said is known by its bytes.',
  },
  {
    cases: ['uploads a file without a type'],
    paths: ['0.status 400→201', ...NOTHING_STORED],
    reason: 'A file part needs no Content-Type (RFC 7578); its file name tells that it is a file.',
  },
  {
    cases: ['keeps a name in Chinese'],
    paths: ['0.body.0.hash', '0.body.0.url', 'disk.0', 'rows.files.0.hash', 'rows.files.0.url'],
    reason: 'A name without any Latin letter becomes "file" in the URL instead of nothing.',
  },
  {
    cases: ['takes a name of 240 characters'],
    paths: ['0.body.0.hash', '0.body.0.url', 'disk.0', 'rows.files.0.hash', 'rows.files.0.url'],
    reason: 'Long names are cut in URLs, so that the names of formats fit every file system.',
  },
  {
    cases: ['takes a name of 255 characters'],
    paths: ['0.body', '0.status 500→201', ...FILE, 'temp'],
    reason: 'The built-in makes a file name that is too long for the disk and fails.',
  },
  {
    cases: ['takes a name that ends with a dot'],
    paths: ['0.body.0.ext', '0.body.0.url', 'disk.0', 'rows.files.0.ext', 'rows.files.0.url'],
    reason: 'A dot alone is no extension; the usual one of the type is taken.',
  },
  {
    cases: ['takes a name as filename*'],
    paths: [
      '0.body.0.hash',
      '0.body.0.name',
      '0.body.0.url',
      'disk.0',
      'rows.files.0.hash',
      'rows.files.0.name',
      'rows.files.0.url',
    ],
    reason: 'filename* carries the name in full where a client sends both (RFC 6266).',
  },
  {
    cases: [
      'takes a name of a path',
      'takes a name with forbidden characters',
      'takes a name with a colon',
      'takes a name of 300 characters',
      'takes an empty name',
    ],
    paths: ['0.body', '0.status 400→201', ...FILE, 'temp'],
    reason: 'Names are made displayable and not refused: nobody can rename a file on a phone.',
  },
  {
    cases: [
      'an editor uploads a name with forbidden characters through /upload',
      'an editor uploads a name with forbidden characters through /upload/files',
    ],
    paths: ['0.body', '0.status 400→201', 'disk', 'rows.files', 'temp'],
    reason: 'Names are made displayable and not refused: nobody can rename a file on a phone.',
  },
];

/** Differences in the information about a file (`fileInfo`). */
const FILE_INFO: Difference[] = [
  {
    cases: [
      'takes an empty text as fileInfo',
      'takes null as fileInfo',
      'takes a list that is too short',
    ],
    paths: ['0.status 400→201', ...NOTHING_STORED, 'temp'],
    reason: 'Nothing said about a file is no error.',
  },
  {
    cases: [
      'refuses a focal point outside',
      'refuses a negative focal point',
      'refuses half a focal point',
      'refuses an object as a caption',
      'takes a list as a name',
      'takes a number as fileInfo',
      'takes one object for two files',
    ],
    paths: ['0.body.error', 'temp'],
    reason: 'The sentence is for people, and no temporary file stays.',
  },
  {
    cases: ['refuses a wrong focal point in an update', 'updates with fileInfo that is no JSON'],
    paths: ['1.body.error'],
    reason: 'The sentence is for people.',
  },
  {
    cases: ['takes a focal point of text'],
    paths: ['0.status 201→400', ...NOTHING_STORED],
    reason: 'A focal point that is none is told; the built-in drops it silently.',
    restore: NO_SETTING,
  },
  {
    cases: ['refuses fileInfo that is no JSON'],
    paths: ['0.body.error', '0.status 500→400', 'temp'],
    reason: 'It is the client that is wrong, not the server.',
  },
  {
    cases: ['refuses a compressed form'],
    paths: ['0.body.error', '0.status 500→415'],
    reason: 'RFC 9110 section 15.5.16: the sentence says to send the body without an encoding.',
  },
  {
    cases: ['replaces with fileInfo that is no JSON'],
    paths: ['1.body.error', '1.status 500→400', 'temp'],
    reason: 'It is the client that is wrong, not the server.',
  },
  {
    cases: ['updates a name to nothing'],
    paths: ['1.body.name', 'rows.files.0.name'],
    reason: 'A file keeps its name rather than having none.',
  },
  {
    cases: ['an editor updates a name to nothing by PUT'],
    paths: ['0.body.name', 'rows.files.1.name'],
    reason: 'A file keeps its name rather than having none.',
  },
  {
    cases: ['updates with a list'],
    paths: ['1.body', '1.status 400→200', 'rows.files.0.caption'],
    reason: 'A list of one is taken for an update as it is for an upload.',
  },
  {
    cases: ['updates without fileInfo', 'updates with JSON without fileInfo'],
    paths: ['1.body', '1.status 200→400'],
    reason: 'A request that changes nothing has lost its content on the way: it is told so.',
    restore: NO_SETTING,
  },
];

/** Differences in the answers to requests that are not valid uploads. */
const SHAPES: Difference[] = [
  {
    cases: [
      'refuses a form without a boundary',
      'refuses a form with another boundary',
      'refuses a form that ends too early',
    ],
    paths: ['0.body.error', '0.status 500→400'],
    reason: 'It is the client that is wrong, not the server.',
  },
  {
    cases: ['refuses a form with lines that end in LF'],
    paths: [
      '0.body',
      '0.headers.content-security-policy',
      '0.headers.content-type',
      '0.headers.vary',
      '0.headers.x-content-type-options',
      '0.status 0→400',
    ],
    reason: 'A prompt answer; the built-in gives none.',
  },
  {
    cases: [
      'refuses JSON',
      'refuses a request without a body',
      'refuses a URL-encoded form',
      'refuses bytes without a form',
    ],
    paths: ['0.body.error'],
    reason: 'The sentence says what to send.',
  },
  {
    cases: [
      'answers a file in another field',
      'answers a file in files[]',
      'uploads an empty file',
    ],
    paths: ['0.body.error', 'temp'],
    reason: 'The sentence says which file was wrong and why, and no temporary file stays.',
  },
  {
    cases: ['answers a file in another field beside files'],
    paths: ['0.status 201→400', ...NOTHING_STORED, 'temp'],
    reason:
      'A file that would be dropped silently is told; the built-in leaves it in the temp folder.',
    restore: 'batch: "partial"',
  },
];

/** Differences in the refusal of files that the configuration forbids. */
const POLICIES: Difference[] = [
  {
    cases: [
      'refuses a file of a type that is not allowed',
      'refuses a file of a denied type',
      'refuses a file of a denied extension',
      'refuses a file that declares a denied type',
      'refuses everything where nothing is allowed',
    ],
    paths: ['0.body.error', 'temp'],
    reason: 'The answer names the file and the reason, and no temporary file stays.',
  },
  {
    cases: [
      'uploads a broken picture',
      'refuses a file above sizeLimit',
      'refuses a file above sizeLimit among others',
    ],
    paths: ['0.body.error', ...API_FOLDER, 'temp'],
    reason: 'The answer names the file and the reason, and nothing is made for a refused one.',
  },
  {
    cases: ['refuses a file above sizeLimit among others'],
    paths: FILE,
    reason:
      'All files of a request are stored, or none: the built-in keeps the others without telling.',
  },
  {
    cases: ['refuses a file one byte above sizeLimit'],
    paths: ['0.status 201→413', ...NOTHING_STORED],
    reason: 'The limit counts bytes; the built-in compares kilobytes rounded to two decimals.',
    restore: 'sizeLimit: ten bytes more',
  },
  {
    cases: ['refuses one of two files for its type'],
    paths: ['0.status 201→400', ...NOTHING_STORED],
    reason:
      'All files of a request are stored, or none: the built-in drops the other without telling.',
    restore: 'batch: "partial"',
  },
  {
    cases: [
      'an editor uploads a broken picture through /upload',
      'an editor uploads a broken picture through /upload/files',
      'an editor uploads too much through /upload',
      'an editor uploads too much through /upload/files',
    ],
    paths: ['0.body.error'],
    reason: 'The answer names the file and the reason.',
  },
  {
    cases: [
      'an editor replaces by too much through /upload?id',
      'an editor replaces by too much through /upload/files/:id/replace',
    ],
    paths: ['1.body.error'],
    reason: 'The answer names the file and the reason.',
  },
  {
    cases: [
      'replaces a picture by a broken one',
      'replaces by a file above sizeLimit',
      'replaces by a file of a denied type',
    ],
    paths: ['1.body.error', 'temp'],
    reason: 'The answer names the file and the reason, and no temporary file stays.',
  },
];

/** Differences in the links of files to entries. */
const LINKS: Difference[] = [
  {
    cases: [
      'links a file to a multiple attribute',
      'links two files to a multiple attribute',
      'links a file after another one',
      'links a picture to a single attribute',
      'an editor links a file',
    ],
    paths: ['rows.files_related_mph'],
    reason:
      'The draft of a published version gets the file too, or the next publication would lose it; and files keep the order in which they came, where the built-in gives all of them 1.',
  },
  {
    cases: [
      'links a text file to an attribute for pictures',
      'links two pictures to a single attribute',
    ],
    paths: ['0.status 201→400', ...NOTHING_STORED, 'rows.files_related_mph'],
    reason: 'What an attribute cannot hold is refused instead of shown as its picture, or dropped.',
    restore: VALIDATE,
  },
  {
    cases: ['links without the permission to update the entry'],
    paths: ['0.status 201→403', ...NOTHING_STORED, 'rows.files_related_mph'],
    reason: 'Linking changes an entry: whoever may not update it must not change its pictures.',
    restore: 'links: { authorize: false }',
  },
  {
    cases: ['links by the documentId'],
    paths: ['rows.files_related_mph'],
    reason:
      'Draft and published version get the file. The built-in stores the documentId in place of the row id (an error on PostgreSQL), which links nothing.',
  },
  {
    cases: ['links to a user by its source'],
    paths: ['0.body.error', '0.status 500→400', 'disk', ...API_FOLDER, 'temp'],
    reason: 'The answer says that an avatar is a picture, and nothing stays behind.',
  },
  {
    cases: ['links by the bare name of a model'],
    paths: [
      '0.body',
      '0.status 500→201',
      'rows.files',
      'rows.files_folder_lnk',
      'rows.files_related_mph',
      'temp',
    ],
    reason: 'A bare name means what the documentation says; the built-in fails after storing.',
  },
  {
    cases: ['links to a model that does not exist', 'links to a bare model that does not exist'],
    paths: ['0.body.error', '0.status 500→400', 'disk', ...API_FOLDER, 'temp'],
    reason: 'The answer says what is wrong, and nothing stays behind.',
  },
  {
    cases: [
      'links to a refId that is no number',
      'links to an entry that does not exist',
      'links to a negative refId',
    ],
    paths: ['0.status 201→404', ...NOTHING_STORED, 'rows.files_related_mph'],
    reason: 'A link leads to an entry: dangling ones turn up in entries that are made later.',
    restore: VALIDATE,
  },
  {
    cases: [
      'links to an attribute that does not exist',
      'links to an attribute that holds no media',
      'links to an admin user',
    ],
    paths: ['0.status 201→400', ...NOTHING_STORED, 'rows.files_related_mph'],
    reason: 'A link leads to a media attribute: no other one ever shows the file.',
    restore: VALIDATE,
  },
  {
    cases: [
      'links with ref alone',
      'links without a field',
      'links without a refId',
      'links without a ref',
    ],
    paths: ['0.status 201→400', ...NOTHING_STORED],
    reason: 'Half a link is told; the built-in ignores it and the file hangs nowhere.',
    restore: VALIDATE,
  },
];

/**
 * Differences in replacements. `path` has an effect only with `replace: { url: 'versioned' }`, because a file that
 * keeps its URL keeps its path. With the local provider, `path` is visible in neither plugin.
 */
const REPLACEMENTS: Difference[] = [
  {
    cases: [
      'replaces a text file',
      'replaces a text file and updates its info',
      'replaces a text file and names a path',
      'replaces a text file by a PDF',
      'replaces a text file by HTML',
      'replaces a picture by a smaller one',
      'replaces a picture by text',
      'serves what was replaced',
      'an editor replaces a picture',
    ],
    paths: ['1.body.formats', 'rows.files.0.formats'],
    reason:
      'Without formats it is null, as after an upload; the built-in has {} after a replacement.',
  },
  {
    cases: [
      'an editor replaces a file through /upload?id',
      'an editor replaces a file through /upload/files/:id/replace',
      'an editor replaces a file with fileInfo through /upload?id',
      'an editor replaces a file with fileInfo through /upload/files/:id/replace',
      'an editor replaces a file and moves it through /upload?id',
      'an editor replaces a file and moves it through /upload/files/:id/replace',
      'an editor replaces by another type through /upload?id',
      'an editor replaces by another type through /upload/files/:id/replace',
    ],
    paths: ['1.body.formats', '2.body.formats', 'rows.files.0.formats'],
    reason:
      'Without formats it is null, as after an upload; the built-in has {} after a replacement.',
  },
  {
    cases: ['an author replaces an own file'],
    paths: ['0.body.formats', 'rows.files.3.formats'],
    reason:
      'Without formats it is null, as after an upload; the built-in has {} after a replacement.',
  },
  {
    cases: ['replaces a picture by text'],
    paths: ['1.body.height', '1.body.width', 'rows.files.0.height', 'rows.files.0.width'],
    reason: 'What is no picture any more has no width and height.',
  },
  {
    cases: ['replaces by an empty file'],
    paths: ['1.body', '1.status 200→400'],
    reason: 'An empty file is refused as in an upload; the built-in answers as if it had replaced.',
    restore: NO_SETTING,
  },
  {
    cases: ['an editor replaces by an empty file through /upload/files/:id/replace'],
    paths: [
      '1.body',
      '1.status 200→400',
      '2.body.formats',
      '2.body.name',
      '2.body.size',
      'disk.0',
      'rows.files.0.formats',
      'rows.files.0.name',
      'rows.files.0.size',
    ],
    reason: EMPTY,
    restore: NO_SETTING,
  },
  {
    cases: ['replaces by two files'],
    paths: ['temp'],
    reason: 'No temporary file stays.',
  },
];

/** Differences in reading files, and in requests for files that do not exist. */
const READING: Difference[] = [
  {
    cases: [
      'updates a file that does not exist',
      'updates an id that is no number',
      'deletes a file that does not exist',
      'deletes an id that is no number',
      'deletes a negative id',
      'finds a file that does not exist',
      'finds an id that is no number',
      'finds an id with digits and letters',
      'finds id zero',
      'finds a negative id',
      'finds an id larger than any',
      'GET /api/upload/files/:id as readOnlyToken',
      'GET /api/upload/files/:id as fullToken',
      'DELETE /api/upload/files/:id as fullToken',
    ],
    paths: ['0.body.error'],
    reason: 'A sentence in place of "file.notFound" and "Entity not found".',
  },
  {
    cases: ['deletes a file twice', 'deletes a file and reads it'],
    paths: ['2.body.error'],
    reason: 'A sentence in place of "file.notFound".',
  },
  {
    cases: [
      'replaces a file that does not exist',
      'replaces an id that is no number',
      'POST /api/upload?id as member',
      'POST /api/upload?id as fullToken',
      'POST /api/upload?id as customToken',
    ],
    paths: ['0.body.error', 'temp'],
    reason: 'A sentence in place of "Entity not found", and no temporary file stays.',
  },
  {
    cases: ['lists a page of files', 'lists files from a position'],
    paths: ['0.body'],
    reason: 'pagination counts for GET /files, as documented; the built-in sends all files.',
  },
  {
    cases: ['pages with pagination of text'],
    paths: ['0.body', '0.status 200→400'],
    reason: 'A client that means to ask for a page is told that it does not.',
    restore: NO_SETTING,
  },
];

/** Differences in serving stored files. */
const SERVING: Difference[] = [
  {
    cases: [
      'serves a file',
      'serves the head of a file',
      'serves the first bytes',
      'serves bytes from the middle',
      'serves the last bytes',
      'serves a file with an unknown etag',
      'serves a range in another unit',
      'serves a broken range',
      'serves HTML',
      'serves a script',
      'serves an SVG',
      'serves a PDF',
      'serves JSON',
      'serves a text with a width in the query',
      'serves a photo with another query',
      'serves a photo with a width in the query',
    ],
    paths: ['1.headers.etag'],
    reason: 'Clients need not fetch again what they have.',
  },
  {
    cases: ['serves a photo with a width in the query'],
    paths: ['1.body', 'disk'],
    reason:
      'The query of an image asks for a variant. The built-in ignores it (`transforms: false`).',
  },
  {
    cases: ['serves a photo with a wrong width in the query'],
    paths: [
      '1.body',
      '1.headers.accept-ranges',
      '1.headers.cache-control',
      '1.headers.content-type',
      '1.headers.last-modified',
      '1.status 200→400',
    ],
    reason: 'The developer learns which parameter is wrong, and which values it can have.',
    restore: 'transforms: false',
  },
  {
    cases: ['serves HTML', 'serves a script'],
    paths: ['1.headers.content-disposition', '1.headers.content-security-policy'],
    reason:
      'What strangers upload runs nothing in the origin of the site: it is downloaded, and sandboxed.',
  },
  {
    cases: ['serves an SVG'],
    paths: ['0.body.0.width', '0.body.0.height', 'rows.files.0.width', 'rows.files.0.height'],
    reason: 'The size is the one at which browsers show it: 300 × 150 where it names none.',
  },
  {
    cases: ['serves an SVG'],
    paths: ['1.headers.content-security-policy'],
    reason:
      'An SVG that is opened runs nothing in the origin of the site; as a picture it is the same.',
  },
  {
    cases: ['serves what was replaced'],
    paths: ['2.headers.etag'],
    reason: 'Clients need not fetch again what they have.',
  },
  {
    cases: ['serves a file that was not changed'],
    paths: ['1.body', '1.headers.content-type', '1.headers.etag', '1.status 200→304'],
    reason: 'Clients need not fetch again what they have.',
  },
  {
    cases: ['serves a range past the end'],
    paths: [
      '1.body',
      '1.headers.accept-ranges',
      '1.headers.cache-control',
      '1.headers.content-range',
      '1.headers.content-security-policy',
      '1.headers.etag',
      '1.headers.last-modified',
      '1.headers.vary',
      '1.headers.x-content-type-options',
      '1.status 0→416',
    ],
    reason: 'A range that cannot be served is answered; the built-in breaks the connection.',
  },
  {
    cases: ['serves the last bytes'],
    paths: [
      '1.body',
      '1.headers.cache-control',
      '1.headers.content-range',
      '1.headers.last-modified',
      '1.status 416→206',
    ],
    reason: 'bytes=-3 are the last three bytes (RFC 9110 section 14.1.2).',
  },
  {
    cases: ['serves a range in another unit', 'serves a broken range'],
    paths: ['1.body', '1.headers.cache-control', '1.headers.last-modified', '1.status 416→200'],
    reason: 'A range that is not understood is ignored (RFC 9110 section 14.2).',
  },
  {
    cases: ['serves a file that is not there', 'serves the folder', 'serves a hidden file'],
    paths: ['0.headers.accept-ranges'],
    reason: 'There are no ranges of what is not there.',
  },
  {
    cases: ['deletes a file and fetches it'],
    paths: ['2.headers.accept-ranges'],
    reason: 'There are no ranges of what is not there.',
  },
  {
    cases: ['serves a path with a zero byte', 'serves a broken escape'],
    paths: ['0.body.error', '0.headers.accept-ranges', '0.status 400→404'],
    reason: 'No such file is there, whatever else is wrong with the path.',
  },
  {
    cases: ['serves a path above the folder'],
    paths: ['0.body.error', '0.headers.accept-ranges', '0.status 403→404'],
    reason: 'Outside of the folder is nothing to be told of.',
  },
];

/** Differences in requests that name a file by its documentId. */
const DOCUMENT_IDS: Difference[] = [
  {
    cases: ['finds a documentId', 'the library finds a documentId'],
    paths: ['0.body', '0.status 404→200'],
    reason: 'A file is found by its documentId too.',
  },
];

/** Differences in forms for routes that do not belong to the plugin. */
const OTHER_FORMS: Difference[] = [
  {
    cases: [
      'an own route reads files in several fields',
      'an own route refuses a form',
      'a form goes to no route',
      'a form goes to no route of the root',
    ],
    paths: ['temp'],
    reason: 'No temporary file stays behind.',
    restore: "otherForms: 'builtin'",
  },
];

/** All differences to the built-in plugin that the parity suite expects. */
export const DIFFERENCES: readonly Difference[] = [
  ...PICTURES,
  ...NAMES,
  ...FILE_INFO,
  ...SHAPES,
  ...POLICIES,
  ...LINKS,
  ...REPLACEMENTS,
  ...READING,
  ...DOCUMENT_IDS,
  ...OTHER_FORMS,
  ...SERVING,
  ...ADMIN,
];
