import { sizesOfAttribute } from '../upload/derive/attribute-sizes';
import type { SizeOptions } from '../images/plan/sizes';
import { linkedOccurrences } from '../usage/linked';
import type { UsageLookup } from '../usage/use';

type Sizes = Record<string, SizeOptions>;

/** The named sizes of media attributes, as the project's schemas currently define them. */
export class AttributeSizes {
  private readonly byAttribute: ReadonlyMap<string, Sizes>;

  constructor(
    private readonly lookup: UsageLookup,
    log: { warn(message: string): void }
  ) {
    const found = lookup.models().flatMap(({ uid, attributes }) =>
      Object.entries(attributes)
        .filter(([, { type }]) => type === 'media')
        .map(([field, attribute]): [string, Sizes] => {
          const name = nameOf(uid, field);
          return [name, sizesOfAttribute(attribute, name, log)];
        })
    );
    this.byAttribute = new Map(found.filter(([, sizes]) => Object.keys(sizes).length > 0));
  }

  /** The sizes of all attributes, by attribute. */
  all(): Array<[attribute: string, Sizes]> {
    return [...this.byAttribute];
  }

  /**
   * Returns the sizes of all attributes that a file is linked to, by the file's id. Files without such sizes have no
   * entry.
   */
  async ofFiles(ids: readonly number[]): Promise<Map<number, Sizes>> {
    const found = new Map<number, Sizes>();
    if (this.byAttribute.size === 0) {
      return found;
    }
    await this.lookup.db.transaction(async ({ trx }) => {
      for await (const occurrences of linkedOccurrences(ids, { ...this.lookup, trx })) {
        for (const { fileId, uid, field } of occurrences) {
          const sizes = this.byAttribute.get(nameOf(uid, field));
          if (sizes) {
            found.set(fileId, { ...found.get(fileId), ...sizes });
          }
        }
      }
    });
    return found;
  }
}

const nameOf = (uid: string, field: string): string => `${uid}.${field}`;
