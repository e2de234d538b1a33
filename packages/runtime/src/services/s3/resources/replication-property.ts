import type { ReplicationConfiguration } from '@aws-sdk/client-s3';
import { listProperty } from '../../../dispatch/property-values.ts';
import type { Properties } from '../../../dispatch/resource-provider.ts';
import { fromTemplate, renamed } from './template-shapes.ts';

/** `ReplicationConfiguration` of a bucket in a template, as S3 takes it. */
export function replicationOf(property: Properties): ReplicationConfiguration {
  const Rules = listProperty<Properties>(property, 'Rules').map(ruleOf);
  return fromTemplate('ReplicationConfiguration', { ...property, Rules });
}

function ruleOf({ Filter, ...others }: Properties): Properties {
  return { ...renamed(others, { Id: 'ID' }), Filter: Filter && filterOf(Filter as Properties) };
}

function filterOf({ And, ...others }: Properties): Properties {
  return {
    ...renamed(others, { TagFilter: 'Tag' }),
    And: And && renamed(And as Properties, { TagFilters: 'Tags' }),
  };
}
