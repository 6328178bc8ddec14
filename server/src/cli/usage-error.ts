/** A command was called in a way that it does not know; the message is for the person. */
export class UsageError extends Error {
  override name = 'UsageError';
}
