import type { ProblemWords } from '#libs/platform';
import { schemes } from '#libs/schemes';

/** Chinese words for what stands in a pay run's refusals. */
export const payRunWords: ProblemWords = {
  state: { pending: '待回盘', credited: '已入账', rejected: '被拒绝', returned: '已退回' },
  figure: { sent: '发送', credited: '入账', rejected: '拒绝', returned: '退回' },
  scheme: Object.fromEntries(schemes.map(({ id, name }) => [id, name.zh])),
};
