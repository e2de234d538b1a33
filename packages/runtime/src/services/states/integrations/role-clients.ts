import { createHash } from 'node:crypto';
import type { CancelledTask, TaskRequest } from '@slipway/states';
import { accountRoot, type Caller, roleSession } from '../../../access/caller.ts';
import type { Host } from '../../../dispatch/host.ts';
import { roleIdentity } from '../../../dispatch/role-identity.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { statesItself } from '../machine-role.ts';

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
    const [, , , region = '', account = '', , machine = '', name = ''] = task.executionArn.split(':');
    const session = sessionName(name);
    const on = { region, account };
    const ownId = await this.#roleId(task.roleArn, on, statesItself(on, machine));
    let caller = roleSession({ arn: task.roleArn, id: ownId }, session);
    if (task.credentialsRoleArn !== undefined) {
      // A task's own role is assumed by the state machine's.
      const id = await this.#roleId(task.credentialsRoleArn, on, caller);
      caller = roleSession({ arn: task.credentialsRoleArn, id }, session);
    }
    return this.#host.client<Sdk>(service, {
      caller: { ...caller, account },
      region,
      ...(call.withoutToken ? {} : { token: call.token }),
      ...(call.signal && { signal: call.signal }),
    });
  }

  async #roleId(
    roleArn: string,
    { region, account }: { region: string; account: string },
    by: Caller,
  ): Promise<string> {
    const key = `${roleArn} ${by.roleArn ?? by.source?.arn}`;
    const known = this.#roleIds.get(key);
    if (known) return known;
    const on = {
      caller: accountRoot(account),
      region,
      warn: (message: string) => this.#host.progress.emit({ type: 'warning', service: 'states', message }),
    };
    const { id } = await roleIdentity(this.#host, roleArn, on, by);
    this.#roleIds.set(key, id);
    return id;
  }
}

/** Session names have 64 characters at most; longer execution names keep their beginning and get a mark. */
function sessionName(executionName: string): string {
  if (executionName.length <= 64) return executionName;
  const mark = createHash('sha256').update(executionName).digest('hex').slice(0, 8);
  return `${executionName.slice(0, 55)}-${mark}`;
}
