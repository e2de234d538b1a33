import { malformedPolicy } from '../failures.ts';
import { type PolicyDocument, type PolicyStatement, readPolicyDocument } from './grammar.ts';

const PARTITIONS = new Set([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  '*',
]);
const LEGACY = 'The policy failed legacy parsing';
const IAM_PATHS =
  'user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, ' +
  'saml-provider/, oidc-provider/, report/, access-report/';
const IAM_PREFIXES = IAM_PATHS.split(', ');

// ISO 8601 with up to nine fractional digits, or epoch seconds.
const DATE =
  /^\d{4}(-\d{2}(-\d{2}([Tt]\d{1,2}(:\d{2}(:\d{2}([.,]\d{1,9})?)?)?([Zz]|[+-]\d{2}(:?\d{2})?)?)?)?)?$/;
const LONGEST_EPOCH = 2n ** 63n;

/**
 * Checks a policy that is attached to an identity. Order and sentences are IAM's own, as people have
 * observed them on the service.
 *
 * @throws MalformedPolicyDocument
 */
export function checkIdentityPolicy(text: string): PolicyDocument {
  const document = readPolicyDocument(text);
  if (document.Statement.some(({ Principal, NotPrincipal }) => Principal ?? NotPrincipal)) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  checkStatements(document);
  return document;
}

/** Managed policies, unlike the older inline ones, have to be of the current version. */
export function checkManagedPolicy(text: string): PolicyDocument {
  if (readPolicyDocument(text).Version !== '2012-10-17') {
    throw malformedPolicy('Policy document must be version 2012-10-17 or greater.');
  }
  return checkIdentityPolicy(text);
}

function checkStatements({ Statement }: PolicyDocument): void {
  for (const statement of Statement) checkLegacy(statement);
  checkSids(Statement);
  for (const { Action, NotAction } of Statement) {
    if ((Action ?? NotAction ?? []).length === 0)
      throw malformedPolicy('Policy statement must contain actions.');
  }
  for (const resource of Statement.flatMap(resourcesOf)) {
    if (resource !== '*' && !resource.includes(':')) {
      throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
    }
  }
  for (const action of Statement.flatMap(({ Action, NotAction }) => Action ?? NotAction ?? []))
    checkAction(action);
  for (const statement of Statement) {
    if (resourcesOf(statement).length === 0)
      throw malformedPolicy('Policy statement must contain resources.');
  }
  for (const resource of Statement.flatMap(resourcesOf)) checkResource(resource);
}

/** Statement ids: letters and digits, each once. */
export function checkSids(statements: readonly PolicyStatement[]): void {
  const sids = statements.flatMap(({ Sid }) => (Sid ? [Sid] : []));
  if (sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid))) {
    throw malformedPolicy(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  if (new Set(sids).size < sids.length) {
    throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  }
}

/** What IAM's first, older parser refuses: the effect's letters, dates, ARNs with too few parts. */
function checkLegacy(statement: PolicyStatement): void {
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') throw malformedPolicy(LEGACY);
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    if (!/^(for\w+:)?date/i.test(operator)) continue;
    for (const value of Object.values(keys).flat()) if (!isDate(String(value))) throw malformedPolicy(LEGACY);
  }
  for (const resource of resourcesOf(statement)) {
    const [scheme, partition = '', vendor] = resource.split(':');
    if (scheme !== 'arn' || !PARTITIONS.has(partition)) continue;
    const colons = resource.split(':').length - 1;
    if (vendor === '' || (colons < 5 && resource.includes('::'))) throw malformedPolicy(LEGACY);
  }
}

function isDate(text: string): boolean {
  if (DATE.test(text)) return true;
  if (!/^[+-]?\d+$/.test(text)) return false;
  const seconds = BigInt(text);
  return seconds < LONGEST_EPOCH && seconds >= -LONGEST_EPOCH;
}

function checkAction(action: string): void {
  if (action === '*') return;
  const parts = action.split(':');
  const [vendor = ''] = parts;
  if (parts.length === 1) {
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
  if (parts.length > 2) throw malformedPolicy('Actions/Condition can contain only one colon.');
  if (!/^[a-zA-Z0-9\-.]+$/.test(vendor)) throw malformedPolicy(`Vendor ${vendor} is not valid`);
}

function checkResource(resource: string): void {
  if (resource === '*') return;
  const parts = resource.split(':');
  const [, partition = '', vendor, region, , path = ''] = parts;
  if (!PARTITIONS.has(partition)) {
    const padded = ['arn', ...parts.slice(1)];
    while (padded.length < 6) padded.push('*');
    throw malformedPolicy(`Partition "${partition}" is not valid for resource "${padded.join(':')}".`);
  }
  if (vendor === undefined || (vendor !== '*' && /[*?]/.test(vendor))) {
    throw malformedPolicy('Resource vendor must be fully qualified and cannot contain regexes.');
  }
  if (vendor === 'iam') {
    if (region) throw malformedPolicy(`IAM resource ${resource} cannot contain region information.`);
    if (!/^[*?$]/.test(path) && path !== 'root' && !IAM_PREFIXES.some((prefix) => path.startsWith(prefix))) {
      throw malformedPolicy(`IAM resource path must either be "*" or start with ${IAM_PATHS}.`);
    }
  }
  if (
    vendor === 's3' &&
    region &&
    region !== '*' &&
    !/^(accesspoint|job|storage-lens|async-request)/.test(path)
  ) {
    throw malformedPolicy(`Resource ${resource} can not contain region information.`);
  }
}

function resourcesOf({ Resource, NotResource }: PolicyStatement): readonly string[] {
  return Resource ?? NotResource ?? [];
}
