/** Finds the id up to which all work is done. Work begins in the order of ids but may end in any order. */
export class ProgressMark {
  private readonly open = new Set<number>();

  constructor(private last: number) {}

  begin(id: number): void {
    this.open.add(id);
    this.last = id;
  }

  end(id: number): void {
    this.open.delete(id);
  }

  get value(): number {
    return this.open.size > 0 ? Math.min(...this.open) - 1 : this.last;
  }
}
