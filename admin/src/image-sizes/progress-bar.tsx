import { Box } from '@strapi/design-system';

/**
 * Replaces the progress bar of Strapi's design system (2.2). The finished part of Strapi's bar is white, so it is hard
 * to see on a white panel.
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
