const ANNOTATIONS = 'annotations of objects are not kept in this version';
const METADATA_TABLES = 'metadata tables are Iceberg tables of another service (S3 Tables)';

/** Operations of the model that are not served, with the reason. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  CreateBucketMetadataConfiguration: METADATA_TABLES,
  CreateBucketMetadataTableConfiguration: METADATA_TABLES,
  CreateSession: 'sessions are for directory buckets (S3 Express One Zone)',
  DeleteBucketMetadataConfiguration: METADATA_TABLES,
  DeleteBucketMetadataTableConfiguration: METADATA_TABLES,
  DeleteObjectAnnotation: ANNOTATIONS,
  GetBucketAbac: 'access by tags comes with the evaluation of IAM policies',
  GetBucketLifecycle: 'replaced by GetBucketLifecycleConfiguration',
  GetBucketMetadataConfiguration: METADATA_TABLES,
  GetBucketMetadataTableConfiguration: METADATA_TABLES,
  GetBucketNotification: 'replaced by GetBucketNotificationConfiguration',
  GetObjectAnnotation: ANNOTATIONS,
  GetObjectTorrent: 'S3 has ended BitTorrent',
  ListObjectAnnotations: ANNOTATIONS,
  PutBucketAbac: 'access by tags comes with the evaluation of IAM policies',
  PutBucketLifecycle: 'replaced by PutBucketLifecycleConfiguration',
  PutBucketNotification: 'replaced by PutBucketNotificationConfiguration',
  PutObjectAnnotation: ANNOTATIONS,
  RenameObject: 'renaming is for directory buckets (S3 Express One Zone)',
  SelectObjectContent: 'AWS has closed S3 Select to new customers',
  UpdateBucketMetadataAnnotationTableConfiguration: METADATA_TABLES,
  UpdateBucketMetadataInventoryTableConfiguration: METADATA_TABLES,
  UpdateBucketMetadataJournalTableConfiguration: METADATA_TABLES,
  UpdateObjectEncryption: 'objects are not encrypted on this machine; copy an object to change its headers',
  WriteGetObjectResponse: 'there is no Object Lambda',
};
