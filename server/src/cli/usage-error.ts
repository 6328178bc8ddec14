/** Thrown when a command is called with wrong options. The message is for the user. */
export class UsageError extends Error {
  override name = 'UsageError';
}
