/** The part of a model's schema that linking reads. */
export interface LinkModel {
  uid: string;
  /** `component`, or that of a content type. */
  modelType?: string;
  attributes: Record<string, LinkAttribute>;
  options?: { draftAndPublish?: boolean };
  pluginOptions?: {
    i18n?: { localized?: boolean };
    /** Models of plugins that are no content of the site are not visible. */
    'content-manager'?: { visible?: boolean };
  };
}

export interface LinkAttribute {
  type: string;
  multiple?: boolean;
  /** Kinds of files that a media attribute takes. */
  allowedTypes?: readonly string[];
  /** Uid of a component. */
  component?: string;
  repeatable?: boolean;
  /** Uids of the components of a dynamic zone. */
  components?: readonly string[];
  /** Uid of the related model. */
  target?: string;
  /** Kept from what the content API answers. */
  private?: boolean;
  pluginOptions?: {
    i18n?: { localized?: boolean };
    /** Whether a file goes with the last entry that uses it; sizes of its own, as a schema says them. */
    upload?: { deleteWithEntry?: boolean; sizes?: unknown };
  };
}

/** Whether an attribute holds a list of components. */
export const isList = ({ type, repeatable }: LinkAttribute): boolean =>
  type === 'dynamiczone' || repeatable === true;

/** An own attribute of a model. */
export const attributeOf = (model: LinkModel, name: string): LinkAttribute | undefined =>
  Object.hasOwn(model.attributes, name) ? model.attributes[name] : undefined;

/** Whether each language of a document has its own value of an attribute (@strapi/i18n 5.54). */
export const isLocalized = (model: LinkModel, attribute: LinkAttribute | undefined): boolean =>
  model.pluginOptions?.i18n?.localized === true &&
  attribute?.pluginOptions?.i18n?.localized === true;
