import type { Role } from '#libs/access';

/** What personal data may be read for, as the header `Almoner-Purpose` says it. Source: 个人信息保护法 art 6, 13 */
export const readingPurposes = {
  'application-handling': { en: 'taking an application and keeping its file', zh: '受理申请、维护档案' },
  'household-check': { en: 'checking a household at home or by enquiry', zh: '入户调查、核对家庭状况' },
  review: { en: 'reviewing an application', zh: '审核' },
  decision: { en: 'deciding on an application', zh: '审核确认' },
  payment: { en: 'paying money out', zh: '资金发放' },
  recheck: { en: 'checking again during support', zh: '动态复核' },
  complaint: { en: 'handling a complaint or an objection', zh: '处理投诉、异议、信访' },
  supervision: { en: 'supervising the offices below', zh: '业务监管' },
  audit: { en: 'inspection and audit', zh: '监督检查、审计' },
  'data-subject-request': { en: 'answering a person about their own data', zh: '答复个人信息主体请求' },
  'data-quality': { en: 'finding and correcting mistakes and doubles', zh: '数据核查、纠错、查重' },
  statistics: { en: 'statistics and reporting', zh: '统计报送' },
  'technical-operation': { en: 'keeping the system at work', zh: '系统运行维护' },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly zh: string }>>;

export type ReadingPurpose = keyof typeof readingPurposes;

/** True for the code of a {@link ReadingPurpose}. */
export const isReadingPurpose = (value: unknown): value is ReadingPurpose =>
  typeof value === 'string' && Object.hasOwn(readingPurposes, value);

/**
 * What a role reads for in its ordinary work, taken where the reader says nothing; who reads for anything else has to say
 * so. The administrator keeps the system and has no ordinary reason to read a person's file.
 */
export const defaultPurposes: Readonly<Record<Role, ReadingPurpose | undefined>> = {
  'village-helper': 'application-handling',
  'township-officer': 'application-handling',
  investigator: 'household-check',
  'county-reviewer': 'review',
  'county-payment-officer': 'payment',
  finance: 'payment',
  supervisor: 'supervision',
  'data-protection-officer': 'data-subject-request',
  inspector: 'audit',
  reporting: 'statistics',
  administrator: undefined,
};

const codes = Object.keys(readingPurposes).join(', ');

/** Why a reader is asked again, and why nothing is shown. */
export const readLogTexts = {
  PURPOSE_REQUIRED: {
    status: 400,
    en: `Say in the header Almoner-Purpose what you read these personal data for: ${codes}.`,
    zh: `请在 Almoner-Purpose 请求头中写明查阅个人信息的目的：${codes}。`,
  },
  PURPOSE_UNKNOWN: {
    status: 400,
    en: `The header Almoner-Purpose names no purpose that is known here; these are: ${codes}.`,
    zh: `Almoner-Purpose 请求头所写的目的不在列表之中；可用：${codes}。`,
  },
  READ_LOG_UNAVAILABLE: {
    status: 503,
    en: 'That these data are read cannot be recorded now, and without it they are not shown; try again.',
    zh: '暂时无法登记本次查阅，未登记则不予显示，请重试。',
  },
} as const;
