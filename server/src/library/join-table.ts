/** The join table of a relation to one other row, as Strapi's metadata describes it. */
export interface JoinTable {
  name: string;
  joinColumn: { name: string };
  inverseJoinColumn: { name: string };
  /** The number of a link among those to the same row; not each relation has one. */
  inverseOrderColumnName?: string;
}

/** The join table of an attribute that is such a relation. */
export const joinTableOf = (relation: unknown): JoinTable =>
  (relation as { joinTable: JoinTable }).joinTable;
