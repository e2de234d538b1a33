import { ServiceError } from '../../../dispatch/errors.ts';

export function invalidPattern(sentence = 'Invalid filter pattern'): ServiceError {
  return new ServiceError('InvalidParameterException', sentence);
}

// What the service allows in %regular expressions%.
const REGEX_CHARACTERS = /^[A-Za-z0-9\s:_#=@/;,\-^$?[\]{}|\\*+.()]*$/;

/** @throws InvalidParameterException when the expression uses what the service does not know */
export function patternRegex(source: string): RegExp {
  if (!REGEX_CHARACTERS.test(source) || source === '' || /\(\?/.test(source)) throw invalidPattern();
  try {
    return new RegExp(source);
  } catch {
    throw invalidPattern();
  }
}
