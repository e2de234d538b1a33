import type { BucketLifecycleConfiguration } from '@aws-sdk/client-s3';
import { listProperty } from '../../../dispatch/property-values.ts';
import type { Properties } from '../../../dispatch/resource-provider.ts';
import { filterOf, fromTemplate, renamed, someOf } from './template-shapes.ts';

/** `LifecycleConfiguration` of a bucket in a template, as S3 takes it. */
export function lifecycleOf(property: Properties): BucketLifecycleConfiguration {
  const Rules = listProperty<Properties>(property, 'Rules').map(ruleOf);
  return fromTemplate('BucketLifecycleConfiguration', { Rules }, 'LifecycleConfiguration');
}

function ruleOf(rule: Properties): Properties {
  const {
    Id: ID,
    Prefix,
    TagFilters,
    ObjectSizeGreaterThan,
    ObjectSizeLessThan,
    ExpirationInDays: Days,
    ExpirationDate,
    ExpiredObjectDeleteMarker,
    NoncurrentVersionExpiration,
    NoncurrentVersionExpirationInDays: NoncurrentDays,
    Transition,
    Transitions,
    NoncurrentVersionTransition,
    NoncurrentVersionTransitions,
    ...others
  } = rule;
  const criteria = { Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan };
  return {
    ...others,
    ID,
    Filter: filterOf(listProperty({ TagFilters }, 'TagFilters'), criteria) ?? { Prefix: '' },
    Expiration: someOf({ Days, Date: ExpirationDate, ExpiredObjectDeleteMarker }),
    NoncurrentVersionExpiration: NoncurrentVersionExpiration ?? someOf({ NoncurrentDays }),
    Transitions: transitions(Transition, Transitions, {
      TransitionInDays: 'Days',
      TransitionDate: 'Date',
    }),
    NoncurrentVersionTransitions: transitions(NoncurrentVersionTransition, NoncurrentVersionTransitions, {
      TransitionInDays: 'NoncurrentDays',
    }),
  };
}

/** Templates have one transition, a list of them, or both. */
function transitions(one: unknown, many: unknown, names: Readonly<Record<string, string>>) {
  const all = [...listProperty<Properties>({ one }, 'one'), ...listProperty<Properties>({ many }, 'many')];
  return all.length > 0 ? all.map((transition) => renamed(transition, names)) : undefined;
}
