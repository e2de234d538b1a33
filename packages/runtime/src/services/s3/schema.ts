/**
 * Tables. Keys are compared as SQLite compares text, byte by byte in UTF-8, which is S3's order.
 * Objects lie in their bucket's and key's order, versions in that of their creation (`seq`).
 */
export const SCHEMA = `
CREATE TABLE s3_bucket (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, account TEXT NOT NULL, region TEXT NOT NULL,
  created INTEGER NOT NULL, revision INTEGER NOT NULL, settings TEXT NOT NULL) STRICT;
CREATE TABLE s3_object (
  bucket INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, version TEXT NOT NULL,
  latest INTEGER NOT NULL, marker INTEGER NOT NULL, modified INTEGER NOT NULL, size INTEGER NOT NULL,
  etag TEXT NOT NULL, blob TEXT, storage_class TEXT NOT NULL, checksum TEXT, doc TEXT NOT NULL,
  PRIMARY KEY (bucket, key, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE s3_upload (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, bucket INTEGER NOT NULL, key TEXT NOT NULL,
  initiated INTEGER NOT NULL, disturbed INTEGER NOT NULL DEFAULT 0, doc TEXT NOT NULL) STRICT;
CREATE INDEX s3_upload_key ON s3_upload (bucket, key, seq);
CREATE TABLE s3_part (
  upload TEXT NOT NULL, number INTEGER NOT NULL, modified INTEGER NOT NULL, size INTEGER NOT NULL,
  etag TEXT NOT NULL, checksums TEXT NOT NULL, blob TEXT NOT NULL,
  PRIMARY KEY (upload, number)) STRICT, WITHOUT ROWID;
CREATE TABLE s3_completed (
  upload TEXT PRIMARY KEY, bucket INTEGER NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL,
  finished INTEGER NOT NULL, response TEXT NOT NULL) STRICT;
CREATE INDEX s3_completed_finished ON s3_completed (finished);
CREATE TABLE s3_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;
