import type { Domain } from '@aws-sdk/client-forecast';

/** What a domain asks of its datasets, by attribute names. */
export interface DomainRules {
  /** Names the item of a series. */
  readonly identifier: string;
  /** What is forecast. */
  readonly target: string;
  /** Attributes that the domain knows besides, in any of its datasets. */
  readonly optional: readonly string[];
}

/** https://docs.aws.amazon.com/forecast/latest/dg/howitworks-domains-ds-types.html */
export const DOMAINS: Readonly<Record<Domain, DomainRules>> = {
  RETAIL: {
    identifier: 'item_id',
    target: 'demand',
    optional: ['location', 'price', 'promotion_applied', 'category', 'brand', 'color', 'genre'],
  },
  CUSTOM: { identifier: 'item_id', target: 'target_value', optional: ['category'] },
  INVENTORY_PLANNING: {
    identifier: 'item_id',
    target: 'demand',
    optional: ['location', 'price', 'category', 'brand', 'lead_time', 'order_cycle', 'safety_stock'],
  },
  EC2_CAPACITY: { identifier: 'instance_type', target: 'number_of_instances', optional: ['location'] },
  WORK_FORCE: {
    identifier: 'workforce_type',
    target: 'workforce_demand',
    optional: ['location', 'wages', 'shift_length'],
  },
  WEB_TRAFFIC: { identifier: 'item_id', target: 'value', optional: ['category'] },
  METRICS: { identifier: 'metric_name', target: 'metric_value', optional: ['category'] },
};

/** Attribute of the time in every series. */
export const TIMESTAMP = 'timestamp';
