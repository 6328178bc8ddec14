import { Box } from '@strapi/design-system';

/**
 * Replaces the design system's progress bar (2.2). That one is white on dark, so its end would be invisible on a panel.
 */
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
