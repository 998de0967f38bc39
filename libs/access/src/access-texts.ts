/** Words for problems with who somebody is. */
export const ACCESS_TEXTS = {
  ROLE_UNKNOWN: {
    status: 403,
    en: 'Your token names no role that is known here.',
    zh: '您的令牌没有本系统认可的角色。',
  },
  AREA_UNKNOWN: {
    status: 403,
    en: 'Your token names no area that is known here.',
    zh: '您的令牌没有本系统认可的区划。',
  },
  IDENTITY_PROVIDER_UNAVAILABLE: {
    status: 503,
    en: 'The identity provider cannot be reached; try again.',
    zh: '身份认证服务暂不可用，请重试。',
  },
} as const;
