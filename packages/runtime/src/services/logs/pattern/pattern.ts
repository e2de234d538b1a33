import { columnsPattern } from './columns.ts';
import { jsonPattern } from './json.ts';
import { termsPattern } from './terms.ts';

/**
 * A filter pattern of CloudWatch Logs, ready to be applied.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export interface FilterPattern {
  matches(message: string): boolean;
  /** What a selector (`$.latency`, `$bytes`) finds in a message, as text. */
  select(message: string, selector: string): string | undefined;
  /** All that the pattern's own selectors find in a message. */
  extract(message: string): Record<string, string>;
}

/** @throws InvalidParameterException when the pattern is not in the language */
export function parsePattern(text: string): FilterPattern {
  const pattern = text.trim();
  if (pattern.startsWith('{') && pattern.endsWith('}')) return jsonPattern(pattern.slice(1, -1));
  if (pattern.startsWith('[') && pattern.endsWith(']')) return columnsPattern(pattern.slice(1, -1));
  return termsPattern(pattern === '*' ? '' : pattern);
}
