/** A policy document as people write it: single values or lists. Services check documents when they take them. */
export interface RawPolicy {
  readonly Version?: string;
  readonly Statement?: RawStatement | readonly RawStatement[];
}

export type OneOrMore<T> = T | readonly T[];

export interface RawStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Principal?: RawPrincipal;
  readonly NotPrincipal?: RawPrincipal;
  readonly Condition?: RawConditions;
}

export type RawPrincipal = '*' | Readonly<Record<string, OneOrMore<string>>>;

/** Operator → key → values. */
export type RawConditions = Readonly<
  Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>
>;

/** @returns undefined for a text that is no JSON object: a role may be made with any text for its trust */
export function readPolicy(text: string): RawPolicy | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as RawPolicy) : undefined;
  } catch {
    return undefined;
  }
}

export function statementsOf({ Statement = [] }: RawPolicy): readonly RawStatement[] {
  return listOf(Statement);
}

export function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
