import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RefusedCommand, type ProcessManager, type StoredEvent } from '#libs/event-sourcing';
import { HandleCaseCommand } from '../case-command.handler.js';
import type { NoticePosted } from '../domain/case.events.js';

/** What a posted notice asks for: that its end be recorded when its last day is over. */
export const noticeClockNotes = {
  name: 'notice-clock',
  on: {
    NoticePosted: ({ streamId, id, data, metadata }: StoredEvent<NoticePosted>) => [
      {
        at: data.endsAt,
        payload: { caseId: streamId.slice('case-'.length), eventId: id, area: metadata['area'] ?? '' },
      },
    ],
  },
};

/** Records that a public notice ran out without objection, when its last day is over. */
@Injectable()
export class NoticeClock implements ProcessManager<NoticePosted> {
  readonly name = noticeClockNotes.name;
  readonly on = noticeClockNotes.on;

  constructor(private readonly commands: CommandBus) {}

  /**
   * An objection or a withdrawal settles the matter first: then there is nothing to record. Anything else, also a case
   * that is not found, is tried again: nobody else can end a notice.
   */
  async due(
    { caseId = '', eventId = '', area = '' }: Readonly<Record<string, string>>,
    commandId: string,
  ): Promise<void> {
    const meta = { commandId, correlationId: commandId, causationId: eventId, actor: this.name, role: 'system', area };
    try {
      await this.commands.execute(new HandleCaseCommand(caseId, { type: 'RecordNoticeExpiry', data: {} }, meta));
    } catch (error) {
      const settled = error instanceof RefusedCommand && error.refusal.code === 'STEP_NOT_DUE';
      if (!settled) throw error;
    }
  }
}
