/** An environment could not be made: the machine lacks something, or the build failed. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}
