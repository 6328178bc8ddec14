/** The part of a model's schema that is used here. */
export interface LinkModel {
  uid: string;
  /** Type of the model: `component` or `contentType`. */
  modelType?: string;
  attributes: Record<string, LinkAttribute>;
  options?: { draftAndPublish?: boolean };
  pluginOptions?: {
    i18n?: { localized?: boolean };
    /**
     * Whether the content manager shows the model. It does not show models of plugins that are not content of the
     * website.
     */
    'content-manager'?: { visible?: boolean };
  };
}

export interface LinkAttribute {
  type: string;
  multiple?: boolean;
  /** Kinds of files that a media attribute accepts. */
  allowedTypes?: readonly string[];
  /** Uid of a component. */
  component?: string;
  repeatable?: boolean;
  /** Uids of the components of a dynamic zone. */
  components?: readonly string[];
  /** Uid of the related model. */
  target?: string;
  /** Whether the content API leaves the attribute out of its answers. */
  private?: boolean;
  pluginOptions?: {
    i18n?: { localized?: boolean };
    /**
     * `deleteWithEntry`: whether a file is deleted with the last entry that uses it. `sizes`: the attribute's own
     * sizes, as written in the schema.
     */
    upload?: { deleteWithEntry?: boolean; sizes?: unknown };
  };
}

/** Whether an attribute holds a list of components. */
export const isList = ({ type, repeatable }: LinkAttribute): boolean =>
  type === 'dynamiczone' || repeatable === true;

/** The model's attribute of this name. Ignores inherited properties such as `constructor`. */
export const attributeOf = (model: LinkModel, name: string): LinkAttribute | undefined =>
  Object.hasOwn(model.attributes, name) ? model.attributes[name] : undefined;

/** Whether each language of a document has its own value of an attribute (@strapi/i18n 5.54). */
export const isLocalized = (model: LinkModel, attribute: LinkAttribute | undefined): boolean =>
  model.pluginOptions?.i18n?.localized === true &&
  attribute?.pluginOptions?.i18n?.localized === true;
