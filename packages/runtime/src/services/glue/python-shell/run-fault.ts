/** Why a run could not be started, in words for its user: the run's error message. */
export class RunFault extends Error {
  override readonly name = 'RunFault';
}
