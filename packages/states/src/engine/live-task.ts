import type { TaskRecord } from '../store/store.ts';
import type { Flow } from './flow.ts';
import { TaskCancelled, type TaskHandler, type TaskRequest } from './task-handler.ts';

/** An open task of a running execution, with what only this process has. */
export class LiveTask {
  readonly flow: Flow;
  readonly request: TaskRequest;
  readonly handler: TaskHandler;
  readonly controller = new AbortController();
  record: TaskRecord;

  constructor(flow: Flow, record: TaskRecord, request: TaskRequest, handler: TaskHandler) {
    this.flow = flow;
    this.record = record;
    this.request = request;
    this.handler = handler;
  }

  get timeoutAlarm(): string {
    return `timeout:${this.record.token}`;
  }

  get heartbeatAlarm(): string {
    return `heartbeat:${this.record.token}`;
  }

  /** This process stops waiting; the task stays open for the next one. */
  leave(): void {
    this.controller.abort(new TaskCancelled('closed'));
  }
}
