import { useFetchClient } from '@strapi/strapi/admin';
import { useCallback, useEffect, useState } from 'react';
import type { Progress } from './progress';

const URL = '/upload/regenerate';

/** Pause between two requests for the progress, in ms. */
const PAUSE = 1000;

/** State of the regeneration, and functions that start and stop it. */
export interface Regeneration {
  /** The progress. Null if there was no regeneration; undefined until the server has answered the first request. */
  progress: Progress | null | undefined;
  /** Whether the last request for the progress failed. */
  isUnreachable: boolean;
  /** `start` and `stop` throw the error that the server answered. */
  start(mode: 'missing' | 'all'): Promise<void>;
  stop(): Promise<void>;
}

/** Requests the progress every second, since another user or the command line may have started a regeneration. */
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
