import { Box, Button, Field, Flex, Radio, Typography } from '@strapi/design-system';
import { Layouts, Page, useAPIErrorHandler, useNotification } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { text } from '../translations';
import { SETTINGS } from './permissions';
import { ProgressPanel } from './progress-panel';
import { useRegeneration } from './use-regeneration';

const MODES = ['missing', 'all'] as const;

/** Style of a panel on Strapi's settings pages. */
const PANEL = {
  background: 'neutral0',
  padding: 6,
  hasRadius: true,
  shadow: 'filterShadow',
} as const;

/** Settings page "Image sizes": regenerates the sizes of stored pictures for the current configuration. */
export default function ImageSizesPage() {
  return (
    <Page.Protect permissions={SETTINGS}>
      <ImageSizes />
    </Page.Protect>
  );
}

function ImageSizes() {
  const { formatMessage } = useIntl();
  const { toggleNotification } = useNotification();
  const { formatAPIError } = useAPIErrorHandler();
  const { progress, isUnreachable, start, stop } = useRegeneration();
  const [mode, setMode] = useState<(typeof MODES)[number]>('missing');
  const [isAsking, setAsking] = useState(false);
  const isRunning = progress?.state === 'running';

  const ask = async (work: () => Promise<void>) => {
    setAsking(true);
    try {
      await work();
    } catch (error) {
      const message = formatAPIError(error as Parameters<typeof formatAPIError>[0]);
      toggleNotification({ type: 'danger', message });
    } finally {
      setAsking(false);
    }
  };

  if (progress === undefined && !isUnreachable) {
    return <Page.Loading />;
  }
  return (
    <Page.Main>
      <Page.Title>{formatMessage(text('sizes.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(text('sizes.title'))}
        subtitle={formatMessage(text('sizes.subtitle'))}
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={6}>
          <Box {...PANEL}>
            <Flex direction="column" alignItems="stretch" gap={4}>
              <Typography>{formatMessage(text('sizes.explanation'))}</Typography>
              <Radio.Group
                value={mode}
                onValueChange={(value) => setMode(value as typeof mode)}
                disabled={isRunning}
                aria-label={formatMessage(text('sizes.mode'))}
              >
                {MODES.map((one) => (
                  <Field.Root key={one} hint={formatMessage(text(`sizes.${one}.hint`))}>
                    <Radio.Item value={one}>{formatMessage(text(`sizes.${one}`))}</Radio.Item>
                    <Field.Hint />
                  </Field.Root>
                ))}
              </Radio.Group>
              <Flex gap={2}>
                <Button
                  disabled={isRunning}
                  loading={isAsking}
                  onClick={() => ask(() => start(mode))}
                >
                  {formatMessage(text('sizes.start'))}
                </Button>
                {isRunning && (
                  <Button variant="danger-light" disabled={isAsking} onClick={() => ask(stop)}>
                    {formatMessage(text('sizes.stop'))}
                  </Button>
                )}
              </Flex>
            </Flex>
          </Box>
          {isUnreachable && (
            <Typography textColor="danger600" role="alert">
              {formatMessage(text('sizes.unreachable'))}
            </Typography>
          )}
          {progress && (
            <Box {...PANEL}>
              <ProgressPanel progress={progress} />
            </Box>
          )}
        </Flex>
      </Layouts.Content>
    </Page.Main>
  );
}
