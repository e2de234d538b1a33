import type { Published } from '../publish/message.ts';
import type { Subscription } from '../subscriptions/subscriptions-table.ts';
import { attributeValues, parseFilterPolicy } from './filter-policy.ts';

/** Whether a subscription's filter policy, where it has one, lets a message through. */
export function wants({ attributes }: Subscription, message: Published): boolean {
  const { FilterPolicy, FilterPolicyScope } = attributes;
  if (!FilterPolicy) return true;
  if (FilterPolicyScope !== 'MessageBody') {
    return parseFilterPolicy(FilterPolicy, false).matches(attributeValues(message.attributes ?? {}));
  }
  const body = objectIn(message.message);
  return body !== undefined && parseFilterPolicy(FilterPolicy, true).matches(body);
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
