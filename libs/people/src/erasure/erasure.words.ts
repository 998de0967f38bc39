import type { ProblemWords } from '#libs/platform';
import type { ErasureStatus } from './erasure.js';
import type { HoldCode, Leftover } from './erasure.events.js';

const statuses: Readonly<Record<ErasureStatus, string>> = {
  requested: '待批准',
  refused: '不予删除',
  approved: '已批准',
  'keys-destroyed': '密钥已销毁',
  completed: '已完成',
};

const holds: Readonly<Record<HoldCode, string>> = {
  'open-case': '有在办案件',
  'running-award': '救助待遇仍在发放',
  'open-objection': '异议尚未办结',
  'unsettled-payment': '有未结清的发放',
  'term-of-approval-file': '审核确认档案保存期限未满',
  'term-of-management-file': '日常管理档案保存期限未满',
  'term-of-accounting': '会计档案保存期限未满',
};

/** Chinese words for what stands in the refusals of an erasure. */
export const erasureWords: ProblemWords = { status: statuses, holds, possibleFrom: { '-': '目前无法确定' } };

/** What a clean-up left, for people. */
export const leftoverTexts: Readonly<Record<Leftover, { readonly en: string; readonly zh: string }>> = {
  'no-checkpoint': {
    en: 'write-ahead segments were not removed: the user of DATABASE_URL may not do checkpoints or switch segments',
    zh: '未清除预写日志段：DATABASE_URL 的用户无权执行检查点或切换日志段',
  },
  'wal-recycled': {
    en: 'the server recycles write-ahead segments (wal_recycle): they hold old data until they are written over',
    zh: '服务器循环使用预写日志段（wal_recycle），覆盖之前仍含旧数据',
  },
  'wal-kept': {
    en: 'the server keeps old write-ahead segments (slots, wal_keep_size or archiving)',
    zh: '服务器仍保留旧的预写日志段（复制槽、wal_keep_size 或归档）',
  },
  'wal-unknown': {
    en: 'whether write-ahead segments are left is not known: the user of DATABASE_URL may not list them',
    zh: '无法确认是否仍有旧的预写日志段：DATABASE_URL 的用户无权列出',
  },
  'wal-archived': {
    en: 'write-ahead segments are archived: the archive’s term bounds the erasure',
    zh: '预写日志段另有归档，删除以归档保存期限为限',
  },
  'standby-servers': {
    en: 'other servers follow this one: what they and their slots keep bounds the erasure',
    zh: '另有服务器复制本服务器，删除以其保留内容为限',
  },
};
