import { setTimeout } from 'node:timers/promises';
import { Caretaker } from '../../../server/src/ledger/caretaker';

const never = () => new Promise<never>(() => {});

/** A caretaker whose work is recorded. The work named `hanging` never ends. */
function caretaker(hanging: 'recover' | 'renew' | 'tidy') {
  const begun = { recover: 0, renew: 0, tidy: 0 };
  const work =
    <T>(name: keyof typeof begun, value: T) =>
    async (): Promise<T> => {
      begun[name] += 1;
      return name === hanging ? never() : value;
    };
  type Deps = ConstructorParameters<typeof Caretaker>[0];
  const deps = {
    ledger: { renew: work('renew', undefined) },
    storage: { touch: async () => {} },
    recover: work('recover', 0),
    tidy: work('tidy', undefined),
    lease: () => 30,
    interval: () => 10,
    log: { warn() {} },
  };
  return { begun, caretaker: new Caretaker(deps as unknown as Deps, 20) };
}

describe('the caretaker', () => {
  it.each(['recover', 'renew', 'tidy'] as const)(
    'goes on with the rest, and ends, where "%s" hangs',
    async (hanging) => {
      const { begun, caretaker: one } = caretaker(hanging);
      one.start();
      for (
        let tries = 0;
        tries < 2_000 && Object.values(begun).some((count) => count < 1);
        tries += 1
      ) {
        await setTimeout(5);
      }
      await setTimeout(60);
      await one.stop();

      const { [hanging]: stuck, ...others } = begun;
      expect(stuck).toBe(1);
      expect(Math.min(...Object.values<number>(others))).toBeGreaterThan(1);
      const atEnd = { ...begun };
      await setTimeout(40);
      expect(begun).toEqual(atEnd);
    }
  );
});
