const EMPTY = Buffer.alloc(0);

/** Reads bytes that come in chunks. The reader can look at the bytes before it takes them. */
export class ChunkReader {
  /** Bytes that have come in and were not taken yet. */
  ahead: Buffer = EMPTY;

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** Waits for the next chunk and appends it to `ahead`. Returns false at the end. */
  async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done) {
      return false;
    }
    this.ahead = this.ahead.length === 0 ? next.value : Buffer.concat([this.ahead, next.value]);
    return true;
  }

  /** Takes the first `length` bytes of `ahead` without copying them. */
  take(length: number): Buffer {
    const taken = this.ahead.subarray(0, length);
    this.ahead = this.ahead.subarray(length);
    return taken;
  }
}
