import type { StrapiApp } from '@strapi/strapi/admin';
import { selectingAllTypes } from './selecting-all-types';
import { createServerCheck } from './server-check';

type MenuLink = Parameters<StrapiApp['addMenuLink']>[0];
type Field = Extract<Parameters<StrapiApp['addFields']>[0], { type: string }>;

/**
 * Returns a copy of the admin panel's `app`, which the built-in's `register` gets. The copy changes the menu links and
 * fields that the built-in registers with it.
 */
export function extended(app: StrapiApp): StrapiApp {
  const { withCheck } = createServerCheck();

  const addMenuLink = ({ Component, ...link }: MenuLink) =>
    app.addMenuLink({ ...link, ...(Component && { Component: withCheck(Component) }) });

  const addFields = (fields: Field | Field[]) =>
    app.addFields(
      [fields].flat().map((field) => ({ ...field, Component: selectingAllTypes(field.Component) }))
    );

  return Object.create(app, {
    addMenuLink: { value: addMenuLink },
    addFields: { value: addFields },
  });
}
