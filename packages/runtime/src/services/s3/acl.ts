import type { AccessControlPolicy, Grant, Grantee, Permission } from '@aws-sdk/client-s3';
import { fault, invalidArgument, invalidRequest } from './errors.ts';
import { ownerOf } from './names.ts';

/** The headers of a request that say who may do what. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const GROUPS = 'http://acs.amazonaws.com/groups/';
const ALL_USERS = `${GROUPS}global/AllUsers`;
const AUTHENTICATED_USERS = `${GROUPS}global/AuthenticatedUsers`;
const LOG_DELIVERY = `${GROUPS}s3/LogDelivery`;
const KNOWN_GROUPS = new Set([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]);
const CANONICAL_ID = /^[0-9a-f]{64}$/;
const GRANTEE = /^\s*(id|uri|emailAddress)="?([^"]*)"?\s*$/i;

const GRANT_HEADERS = [
  ['GrantFullControl', 'x-amz-grant-full-control', 'FULL_CONTROL'],
  ['GrantRead', 'x-amz-grant-read', 'READ'],
  ['GrantReadACP', 'x-amz-grant-read-acp', 'READ_ACP'],
  ['GrantWrite', 'x-amz-grant-write', 'WRITE'],
  ['GrantWriteACP', 'x-amz-grant-write-acp', 'WRITE_ACP'],
] as const satisfies readonly (readonly [keyof AclInput, string, Permission])[];

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
const CANNED: Readonly<Record<string, readonly (readonly [string, Permission])[]>> = {
  private: [],
  'public-read': [[ALL_USERS, 'READ']],
  'public-read-write': [
    [ALL_USERS, 'READ'],
    [ALL_USERS, 'WRITE'],
  ],
  'authenticated-read': [[AUTHENTICATED_USERS, 'READ']],
  'log-delivery-write': [
    [LOG_DELIVERY, 'WRITE'],
    [LOG_DELIVERY, 'READ_ACP'],
  ],
  'aws-exec-read': [],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
};

/** Who may do what when nobody said so: the owner everything. */
export function privateAcl(account: string): AccessControlPolicy {
  return cannedAcl('private', account);
}

/**
 * The access control list that a request's headers describe. Lists are kept and answered; here nobody is
 * kept out by them.
 *
 * @returns undefined when the request has none of these headers
 * @throws InvalidRequest, InvalidArgument
 */
export function aclInHeaders(input: AclInput, account: string): AccessControlPolicy | undefined {
  const grants = GRANT_HEADERS.filter(([member]) => input[member] !== undefined);
  if (input.ACL !== undefined) {
    if (grants.length > 0) {
      throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
    }
    if (!(input.ACL in CANNED)) throw invalidArgument('', 'x-amz-acl', input.ACL);
    return cannedAcl(input.ACL, account);
  }
  if (grants.length === 0) return undefined;
  return {
    Owner: ownerOf(account),
    Grants: grants.flatMap(([member, header, Permission]) =>
      input[member]!.split(',').map((text) => ({ Grantee: granteeOf(text, header), Permission })),
    ),
  };
}

/** The list that a request sets, in its headers or its body. @throws MissingSecurityHeader, UnexpectedContent */
export function aclFrom(
  input: AclInput & { readonly AccessControlPolicy?: AccessControlPolicy | undefined },
  account: string,
): AccessControlPolicy {
  const inHeaders = aclInHeaders(input, account);
  if (inHeaders && input.AccessControlPolicy) throw fault('UnexpectedContent');
  if (inHeaders) return inHeaders;
  if (input.AccessControlPolicy) return checkAcl(input.AccessControlPolicy);
  throw fault('MissingSecurityHeader', { MissingHeaderName: 'x-amz-acl' });
}

/** Checks a list that came as a document. @throws MalformedACLError, InvalidArgument */
function checkAcl({ Owner, Grants }: AccessControlPolicy): AccessControlPolicy {
  if (Owner?.ID === undefined) throw fault('MalformedACLError');
  const checkId = (id: string | undefined) => {
    if (!CANONICAL_ID.test(id ?? '')) throw invalidArgument('Invalid id', 'CanonicalUser/ID', id);
  };
  checkId(Owner.ID);
  for (const { Grantee, Permission } of Grants ?? []) {
    if (!Grantee || !GRANT_HEADERS.some(([, , known]) => known === Permission))
      throw fault('MalformedACLError');
    if (Grantee.Type === 'CanonicalUser') checkId(Grantee.ID);
    else if (Grantee.Type === 'Group') {
      if (!KNOWN_GROUPS.has(Grantee.URI ?? '')) {
        throw invalidArgument('Invalid group uri', 'Group/URI', Grantee.URI);
      }
    } else if (Grantee.Type !== 'AmazonCustomerByEmail') throw fault('MalformedACLError');
  }
  return { Owner, Grants: Grants ?? [] };
}

function cannedAcl(name: string, account: string): AccessControlPolicy {
  const Owner = ownerOf(account);
  const owner: Grant = { Grantee: { ...Owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' };
  const groups = CANNED[name]!.map(
    ([URI, Permission]): Grant => ({ Grantee: { Type: 'Group', URI }, Permission }),
  );
  return { Owner, Grants: [owner, ...groups] };
}

function granteeOf(text: string, header: string): Grantee {
  const [, kind = '', value = ''] = GRANTEE.exec(text) ?? [];
  switch (kind.toLowerCase()) {
    case 'id':
      if (!CANONICAL_ID.test(value)) throw invalidArgument('Invalid id', 'id', value);
      return { Type: 'CanonicalUser', ID: value };
    case 'uri':
      if (!KNOWN_GROUPS.has(value)) throw invalidArgument('Invalid group uri', 'uri', value);
      return { Type: 'Group', URI: value };
    case 'emailaddress':
      return { Type: 'AmazonCustomerByEmail', EmailAddress: value };
    default:
      throw invalidArgument('Argument format not recognized', header, text);
  }
}
