import { Box } from '@strapi/design-system';

/** The design system's bar is white on dark: on a panel its end would not be seen (2.2). */
export function ProgressBar({ percent, label }: { percent: number; label: string }) {
  return (
    <Box
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      background="neutral150"
      hasRadius
      height="8px"
    >
      <Box background="primary600" hasRadius height="8px" width={`${percent}%`} />
    </Box>
  );
}
