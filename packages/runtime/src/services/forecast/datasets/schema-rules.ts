import type { AttributeType, DatasetType, Domain, SchemaAttribute } from '@aws-sdk/client-forecast';
import reserved from '../data/reserved-names.json' with { type: 'json' };
import { invalidInput } from '../errors.ts';
import { DOMAINS, type DomainRules, TIMESTAMP } from './domains.ts';

export type Attribute = Required<SchemaAttribute>;

const RESERVED = new Set(reserved.names.split(' '));
const MOST_DIMENSIONS = 10;
const MOST_FEATURES = 13;
const MOST_COLUMNS: Readonly<Record<DatasetType, number>> = {
  TARGET_TIME_SERIES: 13,
  RELATED_TIME_SERIES: 25,
  ITEM_METADATA: 10,
};
const NUMERIC: readonly AttributeType[] = ['integer', 'float'];
const TEXT: readonly AttributeType[] = ['string', 'geolocation'];

/**
 * Checks a schema against what its domain and dataset type demand.
 *
 * @returns the attributes, which are the files' columns in order
 * @throws InvalidInputException naming the attribute
 */
export function checkSchema(
  domain: Domain,
  type: DatasetType,
  given: readonly SchemaAttribute[] | undefined,
): readonly Attribute[] {
  const rules = DOMAINS[domain];
  const attributes = completeAttributes(given);
  checkNames(attributes, rules);
  checkNumber(type, attributes.length);
  demand(attributes, rules.identifier, ['string'], domain, type);
  switch (type) {
    case 'TARGET_TIME_SERIES':
      checkTarget(attributes, domain, type);
      break;
    case 'RELATED_TIME_SERIES':
      checkRelated(attributes, domain, type);
      break;
    case 'ITEM_METADATA':
      refuseTimestamps(attributes);
      break;
  }
  if (attributes.filter(({ AttributeType }) => AttributeType === 'geolocation').length > 1) {
    throw invalidInput('A schema can have at most one attribute of type geolocation');
  }
  return attributes;
}

function completeAttributes(given: readonly SchemaAttribute[] | undefined): Attribute[] {
  if (!given?.length)
    throw invalidInput('Schema has no Attributes; it needs one for each column of the files');
  return given.map(({ AttributeName, AttributeType }, index) => {
    if (AttributeName === undefined || AttributeType === undefined) {
      throw invalidInput(
        `Attribute ${index + 1} of the Schema needs both an AttributeName and an AttributeType`,
      );
    }
    return { AttributeName, AttributeType };
  });
}

function checkNames(attributes: readonly Attribute[], { identifier, target, optional }: DomainRules): void {
  const own = new Set([identifier, target, TIMESTAMP, ...optional]);
  const seen = new Set<string>();
  for (const { AttributeName: name } of attributes) {
    if (seen.has(name.toLowerCase())) throw invalidInput(`The Schema has more than one attribute ${name}`);
    seen.add(name.toLowerCase());
    if (RESERVED.has(name.toUpperCase()) && !own.has(name)) {
      throw invalidInput(`The attribute name ${name} is a reserved field name. Choose another one.`);
    }
  }
}

function checkNumber(type: DatasetType, columns: number): void {
  const most = MOST_COLUMNS[type];
  if (columns > most)
    throw invalidInput(`A ${type} dataset can have at most ${most} attributes, not ${columns}`);
}

function demand(
  attributes: readonly Attribute[],
  name: string,
  types: readonly AttributeType[],
  domain: Domain,
  datasetType: DatasetType,
): void {
  const found = attributes.find(({ AttributeName }) => AttributeName === name);
  const wanted = types.join(' or ');
  if (!found) {
    throw invalidInput(
      `The Schema lacks the attribute ${name} of type ${wanted}, which every ${datasetType} dataset of the domain ${domain} needs`,
    );
  }
  if (!types.includes(found.AttributeType)) {
    throw invalidInput(`The attribute ${name} has to be of type ${wanted}, not ${found.AttributeType}`);
  }
}

function checkTarget(attributes: readonly Attribute[], domain: Domain, type: DatasetType): void {
  const { identifier, target } = DOMAINS[domain];
  checkTimestamp(attributes, domain, type);
  demand(attributes, target, NUMERIC, domain, type);
  const others = otherAttributes(attributes, [identifier, target, TIMESTAMP]);
  const numeric = others.find(({ AttributeType }) => !TEXT.includes(AttributeType));
  if (numeric) {
    throw invalidInput(
      `The attribute ${numeric.AttributeName} of type ${numeric.AttributeType} cannot be in a ${type} dataset: ` +
        'besides the target it has dimensions only, of type string. Put numbers into a RELATED_TIME_SERIES dataset.',
    );
  }
  checkDimensions(others.length);
}

function checkRelated(attributes: readonly Attribute[], domain: Domain, type: DatasetType): void {
  const { identifier, target } = DOMAINS[domain];
  checkTimestamp(attributes, domain, type);
  if (attributes.some(({ AttributeName }) => AttributeName === target)) {
    throw invalidInput(`A ${type} dataset cannot have the target attribute ${target}`);
  }
  const others = otherAttributes(attributes, [identifier, TIMESTAMP]);
  if (others.length === 0) {
    throw invalidInput(`A ${type} dataset needs at least one feature besides ${identifier} and ${TIMESTAMP}`);
  }
  const features = others.filter(({ AttributeType }) => NUMERIC.includes(AttributeType)).length;
  if (features > MOST_FEATURES) {
    throw invalidInput(`A ${type} dataset can have at most ${MOST_FEATURES} features, not ${features}`);
  }
  checkDimensions(others.length - features);
}

function checkTimestamp(attributes: readonly Attribute[], domain: Domain, type: DatasetType): void {
  demand(attributes, TIMESTAMP, ['timestamp'], domain, type);
  if (attributes.filter(({ AttributeType }) => AttributeType === 'timestamp').length > 1) {
    throw invalidInput(`A ${type} dataset has exactly one attribute of type timestamp`);
  }
}

function refuseTimestamps(attributes: readonly Attribute[]): void {
  const timestamp = attributes.find(({ AttributeType }) => AttributeType === 'timestamp');
  if (!timestamp) return;
  throw invalidInput(
    `An ITEM_METADATA dataset cannot have the attribute ${timestamp.AttributeName} of type timestamp`,
  );
}

function checkDimensions(count: number): void {
  if (count > MOST_DIMENSIONS) {
    throw invalidInput(`A dataset can have at most ${MOST_DIMENSIONS} dimensions, not ${count}`);
  }
}

function otherAttributes(attributes: readonly Attribute[], known: readonly string[]): Attribute[] {
  return attributes.filter(({ AttributeName }) => !known.includes(AttributeName));
}
