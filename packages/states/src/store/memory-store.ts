import type {
  EventRecord,
  ExecutionRecord,
  ExecutionStatus,
  FlowChange,
  FlowRecord,
  HistoryQuery,
  MapRunCounts,
  Store,
  StoreWriter,
  TaskRecord,
} from './store.ts';

/** A store that lasts as long as the process: for tests and for trying out definitions. */
export function memoryStore(): Store {
  const definitions = new Map<string, string>();
  const executions = new Map<string, StoredExecution>();
  const tasks = new Map<string, TaskRecord>();

  const stored = (arn: string): StoredExecution => {
    const found = executions.get(arn);
    if (found === undefined) throw new Error(`execution ${arn} is not in the store`);
    return found;
  };
  const children = (mapRunArn: string): ExecutionRecord[] =>
    [...executions.values()]
      .map(({ record }) => record)
      .filter(({ mapRun }) => mapRun?.arn === mapRunArn)
      .sort((a, b) => (a.mapRun?.index ?? 0) - (b.mapRun?.index ?? 0));

  return {
    async transaction(write) {
      const staged: (() => void)[] = [];
      const inserted = new Set<string>();
      const result = write(
        stagingWriter(staged, {
          exists: (arn) => executions.has(arn) || inserted.has(arn),
          inserted: (arn) => inserted.add(arn),
          eventKeys: (arn) => executions.get(arn)?.eventKeys ?? new Set(),
          stored,
          executions,
          definitions,
          tasks,
        }),
      );
      for (const apply of staged) apply();
      return result;
    },
    execution: (arn) => executions.get(arn)?.record,
    executionsByStatus: (status) =>
      [...executions.values()]
        .map(({ record }) => record)
        .filter((record) => record.status === status)
        .map(({ arn }) => arn),
    definition: (hash) => definitions.get(hash),
    flows: (arn) => [...(executions.get(arn)?.flows.values() ?? [])],
    tasks: (arn, status) =>
      [...tasks.values()].filter((task) => task.executionArn === arn && task.status === status),
    tasksByStatus: (status) => [...tasks.values()].filter((task) => task.status === status),
    task: (token) => tasks.get(token),
    lastEventId: (arn) => executions.get(arn)?.events.at(-1)?.id ?? 0,
    history: (arn, query) => page(executions.get(arn)?.events ?? [], query),
    mapRunChildren: (mapRunArn, { status, limit }) =>
      children(mapRunArn)
        .filter((record) => status === undefined || record.status === status)
        .slice(0, limit),
    mapRunCounts: (mapRunArn) => count(children(mapRunArn)),
  };
}

interface StoredExecution {
  record: ExecutionRecord;
  readonly events: EventRecord[];
  readonly eventKeys: Set<string>;
  readonly flows: Map<string, FlowRecord>;
}

interface Tables {
  readonly exists: (arn: string) => boolean;
  readonly inserted: (arn: string) => void;
  readonly eventKeys: (arn: string) => ReadonlySet<string>;
  readonly stored: (arn: string) => StoredExecution;
  readonly executions: Map<string, StoredExecution>;
  readonly definitions: Map<string, string>;
  readonly tasks: Map<string, TaskRecord>;
}

/** Checks at once and applies at the end, so that a function that throws leaves nothing behind. */
function stagingWriter(staged: (() => void)[], tables: Tables): StoreWriter {
  const { stored, executions, definitions, tasks } = tables;
  return {
    insertDefinition(hash, text) {
      staged.push(() => definitions.set(hash, text));
    },
    insertExecution(record) {
      if (tables.exists(record.arn)) return false;
      tables.inserted(record.arn);
      staged.push(() =>
        executions.set(record.arn, { record, events: [], eventKeys: new Set(), flows: new Map() }),
      );
      return true;
    },
    changeExecution(arn, change) {
      staged.push(() => {
        const execution = stored(arn);
        execution.record = { ...execution.record, ...change };
      });
    },
    appendEvents(arn, events) {
      const known = tables.eventKeys(arn);
      const duplicate = events.find((event) => known.has(eventKey(event)));
      if (duplicate !== undefined) throw new Error(`duplicate event ${eventKey(duplicate)} in ${arn}`);
      staged.push(() => {
        const execution = stored(arn);
        execution.events.push(...events);
        for (const event of events) execution.eventKeys.add(eventKey(event));
      });
    },
    saveFlow(arn, flow) {
      staged.push(() => {
        const { flows } = stored(arn);
        flows.set(flow.path, merge(flows.get(flow.path), flow));
      });
    },
    deleteFlow(arn, path) {
      staged.push(() => stored(arn).flows.delete(path));
    },
    deleteFlows(arn) {
      staged.push(() => stored(arn).flows.clear());
    },
    saveTask(record) {
      staged.push(() => tasks.set(record.token, record));
    },
    closeTask(token, status) {
      staged.push(() => {
        const task = tasks.get(token);
        if (task !== undefined) tasks.set(token, { ...task, status });
      });
    },
    deleteExecution(arn) {
      staged.push(() => {
        executions.delete(arn);
        for (const [token, task] of tasks) if (task.executionArn === arn) tasks.delete(token);
      });
    },
  };
}

function eventKey({ path, key, attempt }: EventRecord): string {
  return `${path}\n${key}\n${attempt}`;
}

function merge(old: FlowRecord | undefined, change: FlowChange): FlowRecord {
  return {
    ...change,
    visit: change.visit ?? old?.visit ?? '',
    variables: change.variables ?? old?.variables ?? '{}',
  };
}

function page(events: readonly EventRecord[], { after, limit, reverse }: HistoryQuery): EventRecord[] {
  if (reverse === true) {
    return events
      .filter(({ id }) => after === undefined || id < after)
      .slice(-limit)
      .reverse();
  }
  return events.filter(({ id }) => id > (after ?? 0)).slice(0, limit);
}

function count(records: readonly ExecutionRecord[]): MapRunCounts {
  const of = (status: ExecutionStatus): number => records.filter((record) => record.status === status).length;
  return {
    pending: of('PENDING'),
    running: of('RUNNING'),
    succeeded: of('SUCCEEDED'),
    failed: of('FAILED'),
    timedOut: of('TIMED_OUT'),
    aborted: of('ABORTED'),
    total: records.length,
  };
}
