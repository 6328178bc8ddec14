import { RefusedFile, refusalError, type Refusal } from '../errors';
import { inParallel } from '../util/parallel';

/**
 * What happens to the other files of a request when some files are refused. `all`: the whole request is refused.
 * `partial`: the other files are stored.
 */
export type Batch = 'all' | 'partial';

/** Collects the refused files of one request. Used by the steps that already have all files of the request. */
export class Refusals {
  private readonly found: Refusal[] = [];

  constructor(private readonly batch: Batch) {}

  /**
   * Runs `work` for each file, at most `atOnce` at a time. In a `partial` batch, files that `work` refuses are left
   * out.
   *
   * @param nameOf returns the name under which the client knows a file
   * @returns the results for the files that are left
   * @throws the error of `work` if it is not a refusal, or if the batch is `all`; all refusals if no file
   *   is left
   */
  async withEach<T, R>(
    files: readonly T[],
    { atOnce, nameOf }: { atOnce: number; nameOf(file: NoInfer<T>): string },
    work: (file: T, index: number) => Promise<R>
  ): Promise<R[]> {
    const results = await inParallel(files, atOnce, async (file, index) => {
      try {
        return [await work(file, index)];
      } catch (error) {
        this.leaveOut(error, nameOf(file));
        return [];
      }
    });
    const left = results.flat();
    this.expectSome(left.length);
    return left;
  }

  /**
   * Returns the files that have no reason for a refusal. In a batch `all`, one reason refuses the whole request.
   *
   * @throws the refusals, as {@link withEach} does
   */
  refusing<T>(files: readonly T[], reasonFor: (file: T) => Refusal | null): T[] {
    const refused = files.map(reasonFor);
    const reasons = refused.filter((reason) => reason !== null);
    this.found.push(...reasons);
    if (this.batch === 'all' && reasons.length > 0) {
      throw refusalError(reasons);
    }
    const left = files.filter((_, index) => refused[index] === null);
    this.expectSome(left.length);
    return left;
  }

  private expectSome(left: number): void {
    if (left === 0 && this.found.length > 0) {
      throw refusalError(this.found);
    }
  }

  private leaveOut(error: unknown, file: string): void {
    const refusal = refusalIn(error, file);
    if (this.batch === 'all' || !refusal) {
      throw error;
    }
    this.found.push(refusal);
  }
}

/** Returns the refusal that an error means. A provider that checks sizes itself throws an error with status 413. */
function refusalIn(error: unknown, file: string): Refusal | null {
  if (error instanceof RefusedFile) {
    return error.refusal;
  }
  const { status, name, message } = (error ?? {}) as Error & { status?: number };
  return status === 413 || name === 'PayloadTooLargeError'
    ? { file, code: 'TOO_LARGE', message }
    : null;
}
