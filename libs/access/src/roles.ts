/** Roles of the people who work with Almoner, in tokens, events and commands, with their names. */
export const ROLES = {
  'village-helper': { en: 'village helper', zh: '村级协理员' },
  'township-officer': { en: 'township officer', zh: '乡镇经办人员' },
  investigator: { en: 'investigator', zh: '入户调查员' },
  'county-reviewer': { en: 'county reviewer', zh: '县级审核确认人员' },
  'county-payment-officer': { en: 'county payment officer', zh: '县级资金发放人员' },
  finance: { en: 'finance officer', zh: '财政人员' },
  supervisor: { en: 'supervisor', zh: '监管人员' },
  'data-protection-officer': { en: 'data-protection officer', zh: '个人信息保护负责人' },
  inspector: { en: 'inspector', zh: '监督检查人员' },
  reporting: { en: 'reporting', zh: '统计报送' },
  administrator: { en: 'administrator', zh: '系统管理员' },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly zh: string }>>;

export type Role = keyof typeof ROLES;

/** True for the name of a {@link Role}. */
export const isRole = (value: unknown): value is Role => typeof value === 'string' && Object.hasOwn(ROLES, value);
