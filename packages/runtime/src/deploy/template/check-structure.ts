import { invalid, malformed } from './invalid.ts';
import { isParameterType } from './parameter-types.ts';
import {
  isObject,
  type JsonObject,
  type OutputDefinition,
  type ParameterDefinition,
  type ResourceDefinition,
  type RuleDefinition,
  type Template,
} from './template.ts';

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Hooks',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
  'Transform',
];

const RESOURCE_MEMBERS = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'CreationPolicy',
  'UpdatePolicy',
  'Description',
];

const LONGEST_DESCRIPTION = 1024;
const MOST_RESOURCES = 500;

/**
 * Checks that a document has the form of a template, section by section, with the sentences that
 * CloudFormation gives (recorded on AWS where public test suites have them).
 */
export function checkStructure(document: JsonObject, transforms: readonly string[]): Template {
  const unknown = Object.keys(document).filter((name) => !SECTIONS.includes(name));
  if (unknown.length > 0) throw invalid(`Invalid template property or properties [${unknown.join(', ')}]`);
  const resources = resourcesOf(document['Resources']);
  checkNoNull(document, '');
  return {
    version: versionOf(document['AWSTemplateFormatVersion']),
    description: descriptionOf(document['Description']),
    metadata: document['Metadata'],
    transforms,
    parameters: parametersOf(document['Parameters']),
    mappings: mappingsOf(document['Mappings']),
    conditions: sectionOf(document, 'Conditions'),
    rules: rulesOf(document['Rules']),
    resources,
    outputs: outputsOf(document['Outputs']),
  };
}

function sectionOf(document: JsonObject, name: string): JsonObject {
  const section = document[name] ?? {};
  if (!isObject(section)) throw malformed(`Any ${name} member must be an object.`);
  return section;
}

function versionOf(version: unknown): string | undefined {
  if (version === undefined) return undefined;
  // YAML reads an unquoted date in some writings as a date.
  const text = version instanceof Date ? version.toISOString().slice(0, 10) : String(version);
  if (text !== '2010-09-09')
    throw malformed(`${text} is not a supported value for AWSTemplateFormatVersion.`);
  return text;
}

function descriptionOf(description: unknown): string | undefined {
  if (description === undefined) return undefined;
  if (typeof description !== 'string') throw malformed('Description must be a string.');
  if (description.length > LONGEST_DESCRIPTION) {
    throw malformed(`'Description' length is greater than ${LONGEST_DESCRIPTION}.`);
  }
  return description;
}

function resourcesOf(section: unknown): Template['resources'] {
  if (section === undefined || section === null) {
    throw malformed('At least one Resources member must be defined.');
  }
  if (!isObject(section)) throw malformed('Any Resources member must be an object.');
  const names = Object.keys(section);
  if (names.length === 0) throw malformed('At least one Resources member must be defined.');
  if (names.length > MOST_RESOURCES) {
    throw malformed(
      `Number of resources, ${names.length}, is greater than maximum allowed, ${MOST_RESOURCES}`,
    );
  }
  for (const [name, resource] of Object.entries(section)) checkResource(name, resource);
  return section as Template['resources'];
}

function checkResource(name: string, resource: unknown): asserts resource is ResourceDefinition {
  if (!/^[A-Za-z0-9]+$/.test(name)) throw malformed(`Resource name ${name} is non alphanumeric.`);
  if (!isObject(resource)) throw malformed(`[/Resources/${name}] Any Resources member must be an object.`);
  for (const member of Object.keys(resource)) {
    if (!RESOURCE_MEMBERS.includes(member)) {
      throw invalid(`Invalid template resource property '${member}'`);
    }
  }
  const { Type, Properties } = resource;
  if (Type === undefined) {
    throw malformed(`[/Resources/${name}] Every Resources object must contain a Type member.`);
  }
  if (typeof Type !== 'string') throw malformed(`[/Resources/${name}/Type] Every Type must be a String.`);
  if (Properties !== undefined && Properties !== null && !isObject(Properties)) {
    throw malformed(`[/Resources/${name}/Properties] Every Properties member must be an object.`);
  }
}

function parametersOf(section: unknown): Template['parameters'] {
  const parameters = section ?? {};
  if (!isObject(parameters)) throw malformed('Any Parameters member must be an object.');
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!/^[A-Za-z0-9]+$/.test(name)) throw malformed(`Parameter name ${name} is non alphanumeric.`);
    const type = isObject(parameter) ? parameter['Type'] : undefined;
    if (type === undefined) throw malformed('Every Parameters object must contain a Type member.');
    if (typeof type !== 'string' || !isParameterType(type)) {
      throw malformed(`Unrecognized parameter type: ${String(type)}`);
    }
  }
  return parameters as Record<string, ParameterDefinition>;
}

function mappingsOf(section: unknown): Template['mappings'] {
  const mappings = section ?? {};
  if (!isObject(mappings)) throw malformed('Any Mappings member must be an object.');
  for (const [name, mapping] of Object.entries(mappings)) {
    if (!isObject(mapping)) throw malformed(`Every Mappings member ${name} must be a map`);
    for (const [key, attributes] of Object.entries(mapping)) {
      if (!isObject(attributes)) throw malformed(`Every Mappings member ${key} must be a map`);
      for (const value of Object.values(attributes)) {
        if (isObject(value)) throw malformed('Every Mappings attribute must be a String or a List.');
      }
    }
  }
  return mappings as Template['mappings'];
}

function rulesOf(section: unknown): Template['rules'] {
  const rules = section ?? {};
  if (!isObject(rules)) throw malformed('Any Rules member must be an object.');
  for (const [name, rule] of Object.entries(rules)) {
    if (!isObject(rule) || !Array.isArray(rule['Assertions'])) {
      throw malformed(`Rule ${name} must contain a list of Assertions.`);
    }
  }
  return rules as unknown as Record<string, RuleDefinition>;
}

function outputsOf(section: unknown): Template['outputs'] {
  const outputs = section ?? {};
  if (!isObject(outputs)) throw malformed('Any Outputs member must be an object.');
  for (const [name, output] of Object.entries(outputs)) {
    if (!/^[A-Za-z0-9]+$/.test(name)) throw malformed(`Output ${name} is non alphanumeric.`);
    if (!isObject(output) || output['Value'] === undefined) {
      throw malformed('Every Outputs member must contain a Value object');
    }
  }
  return outputs as unknown as Record<string, OutputDefinition>;
}

function checkNoNull(value: unknown, path: string): void {
  if (value === null) throw invalid(`[${path}] 'null' values are not allowed in templates`);
  if (typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) checkNoNull(member, `${path}/${key}`);
}
