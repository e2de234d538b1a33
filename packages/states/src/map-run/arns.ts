import type { ExecutionRecord } from '../store/store.ts';

/** The ARNs that belong to one map run, in the forms of the service. */
export interface MapRunNames {
  readonly mapRunArn: string;
  /** `machine/label`, under which the service lists the children. */
  readonly machineName: string;
  readonly machineArn: string;
  childArn(name: string): string;
}

export function mapRunNames(parent: ExecutionRecord, label: string, id: string): MapRunNames {
  const [prefix = '', machine = ''] = parent.stateMachineArn.split(':stateMachine:');
  // Below a child of another map run, the machine's name already has a label.
  const machineName = `${machine.split('/')[0]}/${label}`;
  return {
    mapRunArn: `${prefix}:mapRun:${machineName}:${id}`,
    machineName,
    machineArn: `${prefix}:stateMachine:${machineName}`,
    childArn: (name) => `${prefix}:execution:${machineName}:${name}`,
  };
}

/** The names of a map run again, from its ARN. */
export function parseMapRunArn(parent: ExecutionRecord, mapRunArn: string): MapRunNames {
  const [labelled = '', id = ''] = (mapRunArn.split(':mapRun:')[1] ?? '').split(':');
  return mapRunNames(parent, labelled.split('/')[1] ?? '', id);
}
