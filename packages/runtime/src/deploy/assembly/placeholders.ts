import { partitionOf } from '../template/pseudo-parameters.ts';

/** An environment that is known. */
export interface Environment {
  readonly account: string;
  readonly region: string;
}

/** Puts an environment into the names that an assembly leaves open. */
export function fillPlaceholders(text: string, { account, region }: Environment): string {
  const values: Record<string, string> = {
    AccountId: account,
    Region: region,
    Partition: partitionOf(region),
  };
  return text.replace(/\$\{AWS::(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
