import type { Database } from '../../../store/database.ts';

/** A message as it lies in its queue; times are milliseconds since the epoch. */
export interface StoredMessage {
  /** Counts all messages in the order of their arrival. */
  readonly id: number;
  readonly messageId: string;
  /** From when on it can be received. */
  readonly visible: number;
  readonly sent: number;
  readonly receives: number;
  readonly firstReceived: number | null;
  /** When it was last received. */
  readonly taken: number | null;
  /** The mark of the last receipt; a message with one that is not visible is in flight. */
  readonly receipt: string | null;
  readonly groupId: string | null;
  readonly body: string;
  /** {@link MessageDetails} in the store's notation. */
  readonly details: string;
}

export interface NewMessage {
  readonly queue: string;
  readonly messageId: string;
  readonly visible: number;
  readonly sent: number;
  readonly groupId: string | undefined;
  readonly body: string;
  readonly details: string;
}

export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export const messagesSchema = `
  CREATE TABLE sqs_message (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, visible INTEGER NOT NULL,
    sent INTEGER NOT NULL, receives INTEGER NOT NULL DEFAULT 0, first_received INTEGER, taken INTEGER, receipt TEXT,
    group_id TEXT, message_id TEXT NOT NULL, body TEXT NOT NULL, details TEXT NOT NULL) STRICT;
  CREATE INDEX sqs_message_visible ON sqs_message (queue, visible);
  CREATE INDEX sqs_message_order ON sqs_message (queue, id, visible, group_id) WHERE group_id IS NOT NULL;
  CREATE INDEX sqs_message_group ON sqs_message (queue, group_id, visible) WHERE group_id IS NOT NULL;`;

const COLUMNS = `id, message_id AS messageId, visible, sent, receives, first_received AS firstReceived, taken,
  receipt, group_id AS groupId, body, details`;

// A group waits for those of its messages that are in flight, and for earlier ones that are delayed. The
// first are collected once, since a scan may have to pass many messages of groups that wait.
const READY_IN_ORDER = `SELECT ${COLUMNS} FROM sqs_message WHERE id IN (
  SELECT id FROM sqs_message AS m INDEXED BY sqs_message_order
  WHERE queue = ?1 AND group_id IS NOT NULL AND visible <= ?2 AND group_id NOT IN (
    SELECT group_id FROM sqs_message WHERE queue = ?1 AND visible > ?2
    AND receipt IS NOT NULL AND group_id IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM sqs_message AS b INDEXED BY sqs_message_group WHERE b.queue = ?1
    AND b.group_id = m.group_id AND b.visible > ?2 AND b.id < m.id)
  ORDER BY id LIMIT ?3) ORDER BY id`;

/** Messages of all queues, found by their queue and the time from which they can be received. */
export class MessagesTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Inside a transaction. @returns the message's id */
  insert({ queue, messageId, visible, sent, groupId, body, details }: NewMessage): number {
    const row = this.#database.get<{ id: number }>(
      `INSERT INTO sqs_message (queue, visible, sent, group_id, message_id, body, details)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      queue,
      visible,
      sent,
      groupId ?? null,
      messageId,
      body,
      details,
    );
    return row!.id;
  }

  get(queue: string, id: number): StoredMessage | undefined {
    return this.#database.get(`SELECT ${COLUMNS} FROM sqs_message WHERE id = ? AND queue = ?`, id, queue);
  }

  /** Those that can be received at a time, the longest waiting first; in a FIFO queue in their order. */
  ready(queue: string, now: number, limit: number, inOrder: boolean): StoredMessage[] {
    return inOrder
      ? this.#database.all(READY_IN_ORDER, queue, now, limit)
      : this.#database.all(
          `SELECT ${COLUMNS} FROM sqs_message WHERE queue = ? AND visible <= ? ORDER BY visible, id LIMIT ?`,
          queue,
          now,
          limit,
        );
  }

  /** When the next message that is in flight or delayed can be received. */
  nextVisible(queue: string, now: number): number | undefined {
    const row = this.#database.get<{ next: number | null }>(
      'SELECT min(visible) AS next FROM sqs_message WHERE queue = ? AND visible > ?',
      queue,
      now,
    );
    return row?.next ?? undefined;
  }

  /** Inside a transaction: it was received. */
  take(id: number, now: number, visible: number, receipt: string): void {
    this.#database.run(
      `UPDATE sqs_message SET visible = ?, receives = receives + 1, taken = ?, receipt = ?,
       first_received = coalesce(first_received, ?) WHERE id = ?`,
      visible,
      now,
      receipt,
      now,
      id,
    );
  }

  setVisible(id: number, visible: number): void {
    this.#database.run('UPDATE sqs_message SET visible = ? WHERE id = ?', visible, id);
  }

  /** Inside a transaction: puts it into another queue, as one that nobody has. */
  move(id: number, to: { queue: string; visible: number; sent: number; details: string }): void {
    this.#database.run(
      'UPDATE sqs_message SET queue = ?, visible = ?, sent = ?, details = ?, taken = NULL, receipt = NULL WHERE id = ?',
      to.queue,
      to.visible,
      to.sent,
      to.details,
      id,
    );
  }

  delete(id: number): void {
    this.#database.run('DELETE FROM sqs_message WHERE id = ?', id);
  }

  deleteAll(queue: string): void {
    this.#database.run('DELETE FROM sqs_message WHERE queue = ?', queue);
  }

  deleteSentBefore(queue: string, time: number): void {
    this.#database.run('DELETE FROM sqs_message WHERE queue = ? AND sent <= ?', queue, time);
  }

  /** @param oldest - those sent before are kept no more and count no more */
  count(queue: string, now: number, oldest: number): MessageCounts {
    const row = this.#database.get<Record<keyof MessageCounts, number | null>>(
      `SELECT sum(visible <= ?) AS visible, sum(visible > ? AND receipt IS NOT NULL) AS inFlight,
       sum(visible > ? AND receipt IS NULL) AS delayed FROM sqs_message WHERE queue = ? AND sent > ?`,
      now,
      now,
      now,
      queue,
      oldest,
    );
    return { visible: row?.visible ?? 0, inFlight: row?.inFlight ?? 0, delayed: row?.delayed ?? 0 };
  }
}
