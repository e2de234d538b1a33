import type { ProgressEvent } from '@slipway/runtime/outside';
import { duration } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Shows what happens inside the runtime: set-up steps with their time, notes, warnings, faults. */
export function showProgress(terminal: Terminal): (event: ProgressEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'environment.started':
        terminal.say(`Preparing the Python environment ${event.name} …`);
        return;
      case 'environment.line':
        if (terminal.live) terminal.redraw([terminal.style('gray', `  ${event.line}`)]);
        return;
      case 'environment.ready':
        terminal.say(`Python environment ${event.name} is ready (${duration(event.seconds * 1000)})`);
        return;
      case 'note':
        terminal.say(
          `${terminal.style('gray', 'note')} ${event.arn.slice(event.arn.lastIndexOf('/') + 1)}: ${event.message}`,
        );
        return;
      case 'warning':
        terminal.say(`${terminal.style('yellow', 'warning')} ${event.service}: ${event.message}`);
        return;
      case 'fault':
        terminal.say(`${terminal.style('red', 'fault')} ${event.service}: ${event.message}`);
        return;
      default:
        return;
    }
  };
}
