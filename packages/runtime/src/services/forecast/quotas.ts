import type { Scope } from '../../store/collection.ts';
import { limitExceeded } from './errors.ts';
import { isUnderWay, type Parts } from './lifecycle.ts';
import { KIND_NAMES, type Kind, type Kinds } from './resource.ts';

/**
 * The service's default quotas, which hold with `--parity` only: one machine has limits of its own.
 * https://docs.aws.amazon.com/forecast/latest/dg/limits.html
 */
const MOST: Readonly<Record<Kind, number>> = {
  dataset: 1500,
  'dataset-group': 500,
  'dataset-import-job': 1000,
  predictor: 500,
  'predictor-backtest-export-job': 1000,
  forecast: 100,
  'forecast-export-job': 1000,
};
const MOST_AT_ONCE = 3;

/**
 * @param alike - which resources of the kind share a quota with the new one; all, unless said otherwise
 * @throws LimitExceededException when there are as many of a kind as the quota allows
 */
export function checkCount<K extends Kind>(
  { host, resources }: Parts,
  scope: Scope,
  kind: K,
  alike: (resource: Kinds[K]) => boolean = () => true,
): void {
  if (!host.config.parity || resources.all(scope, kind).filter(alike).length < MOST[kind]) return;
  throw limitExceeded(`Quota limit of ${MOST[kind]} ${KIND_NAMES[kind]}s has been reached`);
}

/**
 * Quotas of a kind that a process makes: how many there are, and how many run at once.
 *
 * @throws LimitExceededException
 */
export function checkJobCount<K extends Kind>(
  parts: Parts,
  scope: Scope,
  kind: K,
  alike: (resource: Kinds[K]) => boolean = () => true,
): void {
  checkCount(parts, scope, kind, alike);
  if (!parts.host.config.parity) return;
  const running = parts.resources
    .all(scope, kind)
    .filter((resource) => alike(resource) && isUnderWay(resource));
  if (running.length < MOST_AT_ONCE) return;
  throw limitExceeded(
    `Quota limit of ${MOST_AT_ONCE} ${KIND_NAMES[kind]}s running concurrently has been reached`,
  );
}
