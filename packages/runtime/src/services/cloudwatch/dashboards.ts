import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Collection, type Scope } from '../../store/collection.ts';
import { invalidValue, unsupportedValue } from './failures.ts';
import { pageOf } from './paging.ts';

interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly modified: Date;
}

export const dashboardsSchema = Collection.schema('cloudwatch_dashboard');

const LIST_LIMIT = 1000;
const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** Dashboards: kept as they are given, the same in every region. */
export function dashboardOperations(host: Host) {
  const dashboards = new Collection<Dashboard>(host.database, 'cloudwatch_dashboard');

  return {
    PutDashboard({ DashboardName: name, DashboardBody: body, Tags }, context) {
      if (Tags !== undefined) throw unsupportedValue('A dashboard with tags');
      if (!NAME.test(name)) {
        throw invalidInput([
          { Message: `The value ${name} for field DashboardName contains invalid characters.` },
        ]);
      }
      checkBody(body);
      return context.transaction(() => {
        dashboards.put(global(context), name, { name, body, modified: context.now });
        return { DashboardValidationMessages: [] };
      });
    },

    GetDashboard({ DashboardName }, context) {
      const found = dashboards.get(global(context), DashboardName);
      if (!found)
        throw new ServiceError('DashboardNotFoundError', `Dashboard ${DashboardName} does not exist`);
      return {
        DashboardArn: dashboardArn(context, found.name),
        DashboardBody: found.body,
        DashboardName: found.name,
      };
    },

    ListDashboards({ DashboardNamePrefix, NextToken }, context) {
      const found = dashboards
        .list(global(context), { prefix: DashboardNamePrefix ?? '' })
        .map(({ document }) => document);
      const page = pageOf(found, LIST_LIMIT, NextToken, ({ name }) => name, [
        'dashboards',
        DashboardNamePrefix,
      ]);
      return {
        DashboardEntries: page.items.map(({ name, body, modified }) => ({
          DashboardName: name,
          DashboardArn: dashboardArn(context, name),
          LastModified: modified,
          Size: Buffer.byteLength(body),
        })),
        NextToken: page.NextToken,
      };
    },

    /** All or none. */
    DeleteDashboards: ({ DashboardNames }, context) =>
      context.transaction(() => {
        if (DashboardNames.length === 0) throw invalidValue('Need to specify at least one dashboard name.');
        const missing = DashboardNames.filter((name) => !dashboards.delete(global(context), name));
        if (missing.length > 0) {
          const message = `The specified dashboard does not exist. [${missing.join(', ')}]`;
          throw new ServiceError('DashboardNotFoundError', message);
        }
        return {};
      }),
  } satisfies Operations<CloudWatch>;
}

function global({ account }: Scope): Scope {
  return { account, region: 'aws-global' };
}

function dashboardArn({ account }: Scope, name: string): string {
  return `arn:aws:cloudwatch::${account}:dashboard/${name}`;
}

function checkBody(body: string): void {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    throw invalidInput([{ Message: 'The field DashboardBody must be a valid JSON object' }]);
  }
  const widgets = (document as { widgets?: unknown } | null)?.widgets;
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalidInput([{ Message: 'The field DashboardBody must be a valid JSON object' }]);
  }
  if (!Array.isArray(widgets)) {
    throw invalidInput([{ DataPath: '/', Message: 'Should have required property "widgets"' }]);
  }
}

function invalidInput(
  dashboardValidationMessages: readonly { DataPath?: string; Message: string }[],
): ServiceError {
  return new ServiceError(
    'DashboardInvalidInputError',
    'The dashboard body is invalid, there are validation errors.',
    {
      dashboardValidationMessages,
    },
  );
}
