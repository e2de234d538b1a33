import { loadModel } from '../../model/load.ts';
import { validate } from '../../model/validate.ts';
import { malformedXml } from '../../wire/xml.ts';
import { fault } from './errors.ts';

const MODEL = loadModel('s3');

/**
 * A document that a request has to bring, checked against the official model: required elements,
 * enumerations, limits. S3 has one sentence for whatever is wrong with it.
 *
 * @throws MissingRequestBodyError, MalformedXML
 */
export function requireDocument<T extends object>(shape: string, document: T | undefined): T {
  if (document === undefined) throw fault('MissingRequestBodyError');
  const structure = MODEL.structure({ shape });
  if (structure && validate(MODEL, structure, document).length > 0) throw malformedXml();
  return document;
}

/** The values of an enumeration of the model. */
export function enumeration(shape: string): ReadonlySet<string> {
  const found = MODEL.shape({ shape });
  return new Set(found.type === 'string' ? found.enum : []);
}
