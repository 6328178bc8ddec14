const MS_PER_DAY = 24 * 60 * 60 * 1000;

/** The day in UTC of a time in ms since 1970, such as `2027-01-31`. The texts sort like the days. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The day before the day of a time, in UTC. */
export const dayBefore = (time: number): string => dayOf(time - MS_PER_DAY);

/** Seconds until a day ends, at least 1. */
export const secondsLeft = (day: string, now: number): number =>
  Math.max(1, Math.ceil((Date.parse(day) + MS_PER_DAY - now) / 1000));
