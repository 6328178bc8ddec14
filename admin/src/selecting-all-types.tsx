import { forwardRef, type ComponentType } from 'react';

/** What Strapi's Content-Type Builder writes where an attribute takes every type. */
const ALL_TYPES = ['images', 'files', 'videos', 'audios'];

interface MediaInputProps {
  attribute?: { allowedTypes?: readonly string[] | null };
}

/**
 * The input of media attributes, made to work for one whose schema names no `allowedTypes`, which
 * means all: the built-in's picker shows the files then, but lets none be chosen (Strapi 5.54).
 */
export function selectingAllTypes(MediaInput: ComponentType): ComponentType {
  const Input = MediaInput as ComponentType<MediaInputProps & { ref: unknown }>;

  return forwardRef<unknown, MediaInputProps>(function MediaInputOfAllTypes(
    { attribute, ...props },
    ref
  ) {
    const allowedTypes = attribute?.allowedTypes ?? ALL_TYPES;
    return <Input {...props} attribute={{ ...attribute, allowedTypes }} ref={ref} />;
  }) as ComponentType;
}
