/** Why a URL could not be fetched; the sentence is for the person who asked for it. */
export class FetchRefused extends Error {
  override name = 'FetchRefused';
}
