/** A URL could not be fetched. The message is for the user who asked for the URL. */
export class FetchRefused extends Error {
  override name = 'FetchRefused';
}
