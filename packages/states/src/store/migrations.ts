/**
 * The tables of the SQLite store, one entry per version, to be run in order by the embedder's own
 * migrations. Times are milliseconds since the epoch; `visit`, `progress`, `variables`, `request` and
 * `failure` hold JSON of the engine's own.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE states_definition (
     hash TEXT PRIMARY KEY,
     text TEXT NOT NULL
   ) WITHOUT ROWID;

   CREATE TABLE states_execution (
     id INTEGER PRIMARY KEY,
     arn TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     type TEXT NOT NULL,
     state_machine_arn TEXT NOT NULL,
     state_machine_name TEXT NOT NULL,
     role_arn TEXT NOT NULL,
     definition_hash TEXT NOT NULL REFERENCES states_definition (hash),
     entry TEXT NOT NULL,
     status TEXT NOT NULL,
     input TEXT NOT NULL,
     output TEXT,
     failure TEXT,
     start_date REAL NOT NULL,
     stop_date REAL,
     due REAL,
     redrive_count INTEGER NOT NULL,
     redrive_date REAL,
     map_run_arn TEXT,
     map_run_parent TEXT,
     map_run_flow TEXT,
     map_run_index INTEGER
   );
   CREATE INDEX states_execution_machine ON states_execution (state_machine_arn, start_date);
   CREATE INDEX states_execution_status ON states_execution (status);
   CREATE INDEX states_execution_map_run ON states_execution (map_run_arn, map_run_index)
     WHERE map_run_arn IS NOT NULL;

   CREATE TABLE states_event (
     execution INTEGER NOT NULL REFERENCES states_execution (id),
     id INTEGER NOT NULL,
     previous_id INTEGER NOT NULL,
     timestamp REAL NOT NULL,
     type TEXT NOT NULL,
     details TEXT,
     path TEXT NOT NULL,
     attempt INTEGER NOT NULL,
     key TEXT NOT NULL,
     PRIMARY KEY (execution, id),
     UNIQUE (execution, path, key, attempt)
   );

   CREATE TABLE states_flow (
     execution INTEGER NOT NULL REFERENCES states_execution (id),
     path TEXT NOT NULL,
     parent_path TEXT,
     position INTEGER NOT NULL,
     status TEXT NOT NULL,
     last_event_id INTEGER NOT NULL,
     progress TEXT NOT NULL,
     visit TEXT,
     variables TEXT,
     output TEXT,
     PRIMARY KEY (execution, path)
   ) WITHOUT ROWID;

   CREATE TABLE states_task (
     token TEXT PRIMARY KEY,
     execution_arn TEXT NOT NULL,
     flow_path TEXT NOT NULL,
     attempt INTEGER NOT NULL,
     status TEXT NOT NULL,
     request TEXT NOT NULL,
     submitted TEXT,
     started INTEGER NOT NULL,
     due REAL,
     heartbeat_due REAL
   ) WITHOUT ROWID;
   CREATE INDEX states_task_execution ON states_task (execution_arn, status);
   CREATE INDEX states_task_cancelling ON states_task (status) WHERE status = 'CANCELLING';`,
];
