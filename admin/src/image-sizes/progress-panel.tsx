import { Box, Flex, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { text } from '../translations';
import type { Progress } from './progress';
import { ProgressBar } from './progress-bar';

/** Shows the progress of a regeneration, its result, and the pictures that failed. */
export function ProgressPanel({ progress }: { progress: Progress }) {
  const { formatMessage } = useIntl();
  const { state, dryRun, done, total, changed, failed, failures } = progress;
  const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
  const more = failed - failures.length;

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Flex direction="column" alignItems="stretch" gap={2} role="status">
        <Typography variant="delta" tag="h2">
          {formatMessage(text(`sizes.state.${state}`))}
        </Typography>
        <Typography textColor="neutral600">
          {formatMessage(text('sizes.counts'), { done, total, changed, failed })}
        </Typography>
        {dryRun && <Typography>{formatMessage(text('sizes.dry-run'))}</Typography>}
      </Flex>
      <ProgressBar percent={percent} label={formatMessage(text('sizes.progress'))} />
      {failed > 0 && (
        <Box>
          <Typography variant="delta" tag="h3">
            {formatMessage(text('sizes.failures'))}
          </Typography>
          <Box tag="ul" paddingTop={2}>
            {failures.map(({ id, name, reason }) => (
              <li key={id}>
                <Typography fontWeight="bold">{name}</Typography>
                <Typography textColor="neutral600"> {reason}</Typography>
              </li>
            ))}
            {more > 0 && (
              <li>
                <Typography>
                  {formatMessage(text('sizes.failures.more'), { count: more })}
                </Typography>
              </li>
            )}
          </Box>
        </Box>
      )}
    </Flex>
  );
}
