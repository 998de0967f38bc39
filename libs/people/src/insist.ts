import { derivedId, RefusedCommand, type CommandMeta } from '#libs/event-sourcing';

/**
 * Carries out a command whose id follows from what asks for it, so that it comes back under no other. Where it was given up
 * under that id, because nothing was heard of it in time, it is asked under the next one: that it was given up stands in the
 * stream, which is there by then.
 */
export async function insist<Answer>(
  meta: CommandMeta,
  seen: 'no_stream' | undefined,
  execute: (meta: CommandMeta, seen: 'no_stream' | undefined) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await execute(meta, seen);
  } catch (error) {
    if (!(error instanceof RefusedCommand) || error.refusal.code !== 'COMMAND_ABANDONED') throw error;
    return insist({ ...meta, commandId: derivedId(meta.commandId, 'again') }, undefined, execute);
  }
}
