import type { Lambda } from '@aws-sdk/client-lambda';
import type { Operations } from '../../dispatch/service.ts';
import type { InputOf, Validated } from '../../dispatch/types.ts';
import { conflict, invalidParameter, notFound, wrongRevision } from './errors.ts';
import { arnOf, type FunctionReference, isVersion, LATEST, referenceOf } from './names.ts';
import type { LambdaParts } from './parts.ts';
import { type PolicyStatement, policyDocument } from './policy-store.ts';

type AddInput = Validated<InputOf<Lambda, 'addPermission'>>;

/**
 * Resource policies of functions. A policy's revision is the revision of what it belongs to: a changed
 * policy changes that.
 */
export function permissionOperations({ host, functions, policies }: LambdaParts) {
  return {
    async AddPermission(input, context) {
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      if (reference.qualifier === LATEST) {
        throw invalidParameter('We currently do not support adding policies for $LATEST.');
      }
      const statement = statementOf(input, arnOf(reference));
      return await context.transaction(() => {
        checkRevision(reference, input.RevisionId);
        const before = statementsOf(reference);
        if (before.some(({ Sid }) => Sid === statement.Sid)) throw duplicateStatement(statement.Sid);
        write(reference, [...before, statement]);
        return { Statement: JSON.stringify(statement) };
      });
    },

    async RemovePermission(input, context) {
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      return await context.transaction(() => {
        functions.resolve(reference);
        const before = statementsOf(reference);
        if (!before.some(({ Sid }) => Sid === input.StatementId)) throw unknownStatement(input.StatementId);
        checkRevision(reference, input.RevisionId);
        write(
          reference,
          before.filter(({ Sid }) => Sid !== input.StatementId),
        );
        return {};
      });
    },

    GetPolicy(input, context) {
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      functions.resolve(reference);
      const statements = statementsOf(reference);
      if (statements.length === 0) throw notFound('The resource you requested does not exist.');
      return { Policy: policyDocument(statements), RevisionId: revisionOf(reference) };
    },
  } satisfies Operations<Lambda>;

  function statementsOf({ scope, name, qualifier }: FunctionReference): readonly PolicyStatement[] {
    return policies.statements(scope, qualifier === undefined ? name : `${name}:${qualifier}`);
  }

  function revisionOf(reference: FunctionReference): string {
    const { scope, name, qualifier } = reference;
    const alias = qualifier === undefined ? undefined : functions.alias(scope, name, qualifier);
    return (alias ?? functions.resolve(reference)).RevisionId;
  }

  function checkRevision(reference: FunctionReference, expected: string | undefined): void {
    functions.resolve(reference);
    if (expected !== undefined && expected !== revisionOf(reference))
      throw wrongRevision('GetFunction/GetAlias');
  }

  function write(reference: FunctionReference, statements: readonly PolicyStatement[]): void {
    const { scope, name, qualifier } = reference;
    const RevisionId = host.ids.uuid();
    policies.write(scope, qualifier === undefined ? name : `${name}:${qualifier}`, statements, RevisionId);
    if (qualifier !== undefined && !isVersion(qualifier)) {
      const alias = functions.alias(scope, name, qualifier)!;
      functions.aliases.update(scope, `${name}:${qualifier}`, { ...alias, RevisionId });
    } else {
      functions.putVersion(scope, { ...functions.resolve(reference), RevisionId });
    }
  }
}

export function duplicateStatement(sid: string) {
  return conflict(
    `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
  );
}

export function unknownStatement(sid: string) {
  return notFound(`Statement ${sid} is not found in resource policy.`);
}

function statementOf(input: AddInput, resource: string): PolicyStatement {
  const equals = {
    ...(input.FunctionUrlAuthType && { 'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType }),
    ...(input.PrincipalOrgID && { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
    ...(input.SourceAccount && { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.EventSourceToken && { 'lambda:EventSourceToken': input.EventSourceToken }),
  };
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.SourceArn && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  };
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: principalOf(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

export function principalOf(text: string): PolicyStatement['Principal'] {
  if (text === '*') return '*';
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  if (text.startsWith('arn:')) return { AWS: text };
  if (/^[a-z0-9.-]+\.(amazonaws\.com|amazonaws\.com\.cn|amazon\.com|aws\.internal)$/.test(text)) {
    return { Service: text };
  }
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}
