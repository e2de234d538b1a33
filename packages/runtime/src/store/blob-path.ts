const LONGEST_COMPONENT = 200;
const LONGEST_PATH = 2000;
const DEEPEST = 32;
// What a person's shell or a file system takes badly; `~` marks the identifier.
const UNFIT = /[\p{Cc}\\~]/gu;
const EXTENSION = /(?<=.)\.[A-Za-z0-9]{1,10}$/;
const IDENTIFIER = /~([a-z2-7]{12})(?:\.[A-Za-z0-9]{1,10})?$/;

/**
 * The path of a blob below the objects' folder, readable for people: `sales/2026/data.csv` becomes
 * `sales/2026/data~k3jx5w2mnq7a.csv`. The identifier keeps names apart where keys are written again,
 * differ in case only, or are no good file names (`..`, `//`, 1,024 bytes), so the readable part need
 * not be exact.
 *
 * @param segments - the bucket and the key's parts between slashes; any text
 * @param id - 12 characters a–z and 2–7, never used before
 */
export function blobPath(segments: readonly string[], id: string): string {
  const name = segments.at(-1) ?? '';
  const folders = segments.slice(0, -1);
  const extension = EXTENSION.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  const file = `${stem === '' ? '' : component(stem)}~${id}${extension}`;
  const path = [...folders.slice(0, DEEPEST).map(component), file].join('/');
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : `${component(folders[0] ?? '')}/~${id}`;
}

/** The identifier in a blob's path. */
export function blobId(path: string): string | undefined {
  return IDENTIFIER.exec(path)?.[1];
}

function component(text: string): string {
  if (text === '') return '%';
  if (/^\.+$/.test(text)) return text.replaceAll('.', '%2E').slice(0, LONGEST_COMPONENT);
  const fit = text.replace(UNFIT, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  if (Buffer.byteLength(fit) <= LONGEST_COMPONENT) return fit;
  let cut = '';
  for (const char of fit) {
    if (Buffer.byteLength(cut) + Buffer.byteLength(char) > LONGEST_COMPONENT) break;
    cut += char;
  }
  return cut;
}
