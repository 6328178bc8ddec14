const EMPTY = Buffer.alloc(0);

/** Bytes that come in chunks, looked at ahead and taken off the front. */
export class ChunkReader {
  /** What has come and was not taken yet. */
  ahead: Buffer = EMPTY;

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** Waits for the next chunk and puts it behind what is ahead; false at the end. */
  async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done) {
      return false;
    }
    this.ahead = this.ahead.length === 0 ? next.value : Buffer.concat([this.ahead, next.value]);
    return true;
  }

  /** Takes the first `length` bytes of what is ahead; they are not copied. */
  take(length: number): Buffer {
    const taken = this.ahead.subarray(0, length);
    this.ahead = this.ahead.subarray(length);
    return taken;
  }
}
