const MOST_OBJECTS = 2;
const MOST_OTHERS = 5;
const ARN_SEGMENTS = 6;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const HASH = /(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])/gi;
const TIME = /\d{4}-?\d{2}-?\d{2}T\d{2}[-:]?\d{2}[-:]?\d{2}(\.\d+)?Z?/g;

/**
 * Resources as a person would write them into a policy: many objects under one prefix become `prefix/*`,
 * made-up identifiers and times become `*`, and what a pattern covers goes.
 */
export function generalise(resources: Iterable<string>): string[] {
  const all = new Set([...resources].map(withoutIds));
  const folders = new Map<string, string[]>();
  for (const resource of all) {
    const folder = folderOf(resource);
    if (folder !== undefined) folders.set(folder, [...(folders.get(folder) ?? []), resource]);
  }
  for (const [folder, members] of folders) {
    const most = folder.includes(':s3:::') ? MOST_OBJECTS : MOST_OTHERS;
    if (members.length <= most) continue;
    for (const member of members) all.delete(member);
    all.add(`${folder}*`);
  }
  const patterns = [...all].filter((pattern) => pattern.endsWith('*'));
  return [...all]
    .filter((resource) => !patterns.some((pattern) => pattern !== resource && isUnder(resource, pattern)))
    .sort();
}

/** The narrowest of the patterns that a list with too many of them can be put under. */
export function commonPattern(resources: readonly string[]): string {
  const [first = '*'] = resources;
  let length = first.length;
  for (const resource of resources) {
    while (length > 0 && !resource.startsWith(first.slice(0, length))) length -= 1;
  }
  return length === first.length ? first : `${first.slice(0, length)}*`;
}

function isUnder(resource: string, pattern: string): boolean {
  return resource.startsWith(pattern.slice(0, -1));
}

function withoutIds(resource: string): string {
  const segments = resource.split(':');
  if (segments.length < ARN_SEGMENTS) return resource;
  const head = segments.slice(0, ARN_SEGMENTS - 1);
  const last = segments.slice(ARN_SEGMENTS - 1).join(':');
  // A stream of a log group is named by whoever writes it; nobody grants single ones.
  const named = [UUID, HASH, TIME].reduce(
    (text, made) => text.replace(made, '*'),
    last.replace(/:log-stream:.+$/, ':log-stream:*'),
  );
  return [...head, named].join(':');
}

/** Everything up to the last `/` of the part that names the resource; undefined where there is none. */
function folderOf(resource: string): string | undefined {
  const slash = resource.lastIndexOf('/');
  if (slash < 0 || resource.endsWith('/*')) return undefined;
  return resource.slice(0, slash + 1);
}
