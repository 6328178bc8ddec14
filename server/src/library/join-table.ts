/** The join table of a relation to one other row, as Strapi's metadata describes it. */
export interface JoinTable {
  name: string;
  joinColumn: { name: string };
  inverseJoinColumn: { name: string };
  /** Column with the position of a link among the links to the same row. Not every relation has it. */
  inverseOrderColumnName?: string;
}

/** Returns the join table of an attribute that is a relation to one other row. */
export const joinTableOf = (relation: unknown): JoinTable =>
  (relation as { joinTable: JoinTable }).joinTable;
