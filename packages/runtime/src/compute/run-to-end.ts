import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EnvironmentError } from './environment-error.ts';

const KEPT_LINES = 30;

/**
 * Runs a short command to its end, telling each line it prints. It does not outlive this process.
 *
 * @returns what it printed
 * @throws EnvironmentError with the last lines when it fails or cannot be started
 */
export function runToEnd(
  command: string,
  args: readonly string[],
  options: { environment: Record<string, string>; line?: (text: string) => void },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const child = spawn(command, args, { env: options.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    // An interrupt, because Python and uv then end the processes that they have started themselves.
    const interrupt = () => child.kill('SIGINT');
    process.once('exit', interrupt);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (text) => {
        lines.push(text);
        options.line?.(text);
      });
    }
    child.on('error', (error) =>
      reject(new EnvironmentError(`${command} cannot be started: ${error.message}`)),
    );
    child.on('close', (code) => {
      process.off('exit', interrupt);
      if (code === 0) resolve(lines.join('\n'));
      else {
        const shown = lines.slice(-KEPT_LINES).join('\n');
        reject(new EnvironmentError(`${command} ${args.join(' ')} failed with exit code ${code}:\n${shown}`));
      }
    });
  });
}
