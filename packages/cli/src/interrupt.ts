/**
 * Waits until the user, the system or a vanished parent asks this process to end. A second request
 * ends it at once.
 */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = () => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
    process.on('SIGHUP', ask);
    // The launcher holds a channel; when it was killed, nobody is left to stop this process.
    process.on('disconnect', ask);
    // Listening keeps the channel open, and with it the process; it is no reason to live on.
    process.channel?.unref();
  });
}
