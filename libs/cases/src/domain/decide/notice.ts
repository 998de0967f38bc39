import { endOfDay, periodEnd } from '#libs/calendar';
import { refuse } from '#libs/event-sourcing/decider';
import { getScheme } from '#libs/schemes';
import { notDue, type Decide } from './decide.js';

/**
 * The notice stands to 24:00 of its last day; a last day that is no working day moves to the next one.
 * Source: 民发〔2021〕57号 art 19; 民法典 art 201-203
 */
export const postNotice: Decide<'PostNotice'> = ({ place }, state, { by, today, timeZone, calendar, pack }) => {
  if (state.status !== 'opinion-issued') return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  const days = getScheme(state.scheme).procedure(pack).publicNoticeDays;
  if (days === null) return refuse('NOTICE_NOT_NEEDED');
  const { lastDay, provisional, calendar: dated } = periodEnd(calendar, today, { days });
  const endsAt = endOfDay(lastDay, timeZone);
  const dates = { happenedOn: today, knownOn: today };
  return [
    { type: 'NoticePosted', data: { ...dates, by, place, endsOn: lastDay, endsAt, provisional, calendar: dated } },
  ];
};

/** Nobody objected up to 24:00 of the last day: the file goes to the county. Source: 民发〔2021〕57号 art 19 */
export const recordNoticeExpiry: Decide<'RecordNoticeExpiry'> = (_, state, { now, today }) => {
  if (state.status !== 'on-notice' || !state.notice) return notDue(state);
  if (now < state.notice.endsAt) return refuse('NOTICE_STILL_RUNNING', { endsOn: state.notice.endsOn });
  return [{ type: 'NoticeExpiredClean', data: { happenedOn: state.notice.endsOn, knownOn: today } }];
};

/**
 * An objection made up to the last day, even if it is recorded later, sends the case back; the new opinion goes straight
 * to the county. Source: 民发〔2021〕57号 art 19
 */
export const recordObjection: Decide<'RecordObjection'> = (data, state) => {
  if (state.status !== 'on-notice' || !state.notice) return notDue(state);
  const { endsOn } = state.notice;
  return data.happenedOn > endsOn ? refuse('NOTICE_OVER', { endsOn }) : [{ type: 'NoticeObjected', data }];
};
