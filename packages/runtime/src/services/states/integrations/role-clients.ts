import { createHash } from 'node:crypto';
import type { CancelledTask, TaskRequest } from '@slipway/states';
import { roleSession } from '../../../access/caller.ts';
import type { Host } from '../../../dispatch/host.ts';
import { roleIdentity } from '../../../dispatch/role-identity.ts';
import type { ClientOf } from '../../../dispatch/types.ts';

/** A task's call, with what identifies it over restarts. */
export interface TaskCall {
  readonly token: string;
  readonly signal?: AbortSignal;
  /** For calls without an effect, or that are idempotent themselves. */
  readonly withoutToken?: boolean;
}

/** Clients on behalf of a state machine's role (or the task's own credentials). */
export class RoleClients {
  readonly #host: Host;
  readonly #roleIds = new Map<string, string>();

  constructor(host: Host) {
    this.#host = host;
  }

  async client<Sdk>(
    service: string,
    task: TaskRequest | CancelledTask,
    call: TaskCall,
  ): Promise<ClientOf<Sdk>> {
    const [, , , region = '', account = '', , , name = ''] = task.executionArn.split(':');
    const roleArn = task.credentialsRoleArn ?? task.roleArn;
    const caller = roleSession(
      { arn: roleArn, id: await this.#roleId(roleArn, region, account) },
      sessionName(name),
    );
    return this.#host.client<Sdk>(service, {
      caller: { ...caller, account },
      region,
      ...(call.withoutToken ? {} : { token: call.token }),
      ...(call.signal && { signal: call.signal }),
    });
  }

  async #roleId(roleArn: string, region: string, account: string): Promise<string> {
    const known = this.#roleIds.get(roleArn);
    if (known) return known;
    const caller = roleSession({ arn: roleArn, id: '' }, 'states');
    const { id } = await roleIdentity(this.#host, roleArn, {
      caller: { ...caller, account },
      region,
      warn: (message) => this.#host.progress.emit({ type: 'warning', service: 'states', message }),
    });
    this.#roleIds.set(roleArn, id);
    return id;
  }
}

/** Session names have 64 characters at most; longer execution names keep their beginning and get a mark. */
function sessionName(executionName: string): string {
  if (executionName.length <= 64) return executionName;
  const mark = createHash('sha256').update(executionName).digest('hex').slice(0, 8);
  return `${executionName.slice(0, 55)}-${mark}`;
}
