import { forwardRef, type ComponentType } from 'react';

/** Value that Strapi's Content-Type Builder writes for an attribute that accepts every type. */
const ALL_TYPES = ['images', 'files', 'videos', 'audios'];

interface MediaInputProps {
  attribute?: { allowedTypes?: readonly string[] | null };
}

/**
 * Fixes the input of media attributes whose schema has no `allowedTypes`, which means all types. The built-in's file
 * picker then shows all files, but does not let the user select any (Strapi 5.54).
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
