import { RefusedFile, refusalError, type Refusal } from '../errors';
import { inParallel } from '../util/parallel';

/** What is done with the other files of a request in which some are refused. */
export type Batch = 'all' | 'partial';

/** The refused files of one request, from the step on that has all of them. */
export class Refusals {
  private readonly found: Refusal[] = [];

  constructor(private readonly batch: Batch) {}

  /**
   * Works on each file, some at a time. In a `partial` batch the files that the work refuses are left out.
   *
   * @param nameOf what the client knows a file by
   * @returns what the work has made of the other files
   * @throws what the work throws, where it concerns more than one file or all are to be stored; the refusals, where no
   *   file is left
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
   * Leaves out the files for which there is a reason; in a batch of all, a reason refuses the request.
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

/** Providers that check sizes themselves answer 413 for a file. */
function refusalIn(error: unknown, file: string): Refusal | null {
  if (error instanceof RefusedFile) {
    return error.refusal;
  }
  const { status, name, message } = (error ?? {}) as Error & { status?: number };
  return status === 413 || name === 'PayloadTooLargeError'
    ? { file, code: 'TOO_LARGE', message }
    : null;
}
