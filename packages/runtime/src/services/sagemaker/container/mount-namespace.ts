import { execFileSync } from 'node:child_process';

/**
 * Makes a folder the process's own `/opt/ml`, in a mount namespace that ends with it. Where the machine has
 * no `/opt/ml`, one is put into a copy of `/opt` that shows all else that is there.
 */
const SCRIPT = `set -e
base=$1
shift
if [ ! -d /opt/ml ]; then
  kept=$(mktemp -d)
  mkdir -p /opt 2>/dev/null || true
  mount --rbind /opt "$kept"
  mount -t tmpfs none /opt
  for entry in "$kept"/* "$kept"/.[!.]*; do
    [ -e "$entry" ] || continue
    name=/opt/\${entry##*/}
    if [ -d "$entry" ]; then mkdir "$name"; else : > "$name"; fi
    mount --rbind "$entry" "$name"
  done
  mkdir /opt/ml
fi
mount --bind "$base" /opt/ml
exec "$@"`;

let works: boolean | undefined;

/** Whether this machine lets a user have mount namespaces of his own: most Linux does, macOS does not. */
export function hasMountNamespaces(): boolean {
  works ??= tried();
  return works;
}

function tried(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
}

/** A command that sees a folder as `/opt/ml`, where the machine can do that; elsewhere the command itself. */
export function withOwnMl(command: readonly string[], base: string): string[] {
  if (!hasMountNamespaces()) return [...command];
  return ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', SCRIPT, 'sh', base, ...command];
}
