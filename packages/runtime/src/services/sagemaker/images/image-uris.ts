/** A container reference taken apart. */
export interface ImageReference {
  /** `xgboost`, or a path such as `team/xgboost`. */
  readonly repository: string;
  readonly tag: string;
}

const ECR_HOST = /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.[a-z0-9.-]+\//;

/**
 * Reads a reference to an image of any account, region and partition. The registry says nothing here:
 * images are known by the name of their repository.
 *
 * @param uri - `<account>.dkr.ecr.<region>.<suffix>/<repository>[:tag][@digest]`, or without the registry
 */
export function parseImageUri(uri: string): ImageReference {
  const [name = ''] = uri.replace(ECR_HOST, '').split('@');
  const colon = name.lastIndexOf(':');
  return colon < 0
    ? { repository: name, tag: 'latest' }
    : { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}
