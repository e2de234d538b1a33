/**
 * A value that exists only after the deployment: the name of a resource that is still to be created,
 * say. Whatever is computed from it is unknown as well.
 */
export const UNKNOWN = Symbol('known after the deployment');

/** What `AWS::NoValue` stands for: the member or item is not there. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** How AWS writes an unknown value in the changes of a change set. */
export const UNKNOWN_TEXT = '{{changeSet:KNOWN_AFTER_APPLY}}';

/** Whether a value is unknown or has something unknown in it. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

/** The value with every unknown part written as AWS writes it. */
export function showUnknown(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (Array.isArray(value)) return value.map(showUnknown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, showUnknown(member)]));
}
