/** A job cannot be done because of what the user gave it; the message is meant for the resource's Message. */
export class UserFault extends Error {
  override readonly name = 'UserFault';
}
