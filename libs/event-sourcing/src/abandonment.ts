/**
 * Stands in a stream: this command is over, whoever still works on it finds it here. Recorded by whoever waited for the
 * command's event long enough, and no part of what the stream says of its aggregate: folds pass it over.
 */
export type RegistrationAbandoned = {
  readonly type: 'RegistrationAbandoned';
  readonly data: { readonly commandId: string };
};

/** Whether an event gives up a command: this one, or any. */
export const isAbandonment = (
  event: { readonly type: string; readonly data: object },
  commandId?: string,
): event is RegistrationAbandoned =>
  event.type === 'RegistrationAbandoned' &&
  (commandId === undefined || (event as RegistrationAbandoned).data.commandId === commandId);
