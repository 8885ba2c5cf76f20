/** A command that ran but could not do all that was asked; the message is what the user reads. Exit code 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
