/** `2026-11-21T09:30:00.000+0000`, as Lambda writes when something was modified. */
export function modifiedAt(date: Date): string {
  return date.toISOString().replace('Z', '+0000');
}
