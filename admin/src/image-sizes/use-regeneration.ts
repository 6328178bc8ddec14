import { useFetchClient } from '@strapi/strapi/admin';
import { useCallback, useEffect, useState } from 'react';
import type { Progress } from './progress';

const URL = '/upload/regenerate';

/** Pause between two looks, in ms. */
const PAUSE = 1000;

/** What the page shows of the regeneration, and does to it. */
export interface Regeneration {
  /** Null where there was none; undefined until it is known. */
  progress: Progress | null | undefined;
  /** Whether the last look was in vain. */
  isUnreachable: boolean;
  /** Both throw what the server answers. */
  start(mode: 'missing' | 'all'): Promise<void>;
  stop(): Promise<void>;
}

/** Looks every second how it stands, as another person or the command line may have begun one. */
export function useRegeneration(): Regeneration {
  const { get, post, del } = useFetchClient();
  const [progress, setProgress] = useState<Regeneration['progress']>();
  const [isUnreachable, setUnreachable] = useState(false);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const look = async () => {
      try {
        const { data } = await get<{ data: Progress | null }>(URL);
        if (!isOver) {
          setProgress(data.data);
          setUnreachable(false);
        }
      } catch {
        setUnreachable(true);
      }
      if (!isOver) {
        timer = setTimeout(look, PAUSE);
      }
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [get]);

  const start = useCallback(
    async (mode: 'missing' | 'all') => {
      const { data } = await post<{ data: Progress }>(URL, { mode });
      setProgress(data.data);
    },
    [post]
  );

  const stop = useCallback(async () => {
    const { data } = await del<{ data: Progress | null }>(URL);
    setProgress(data.data);
  }, [del]);

  return { progress, isUnreachable, start, stop };
}
