import type { Command } from './command.js';
import { parseImportRequest } from './import/request.js';

/** `import`: households from CSV and XLSX. */
export const importCommand: Command = {
  name: 'import',
  usage:
    'households <file> [--area <code>] [--sheet <name>] [--dry-run] [--report <file>] [--json] | households <file> --resume <id> | template <file> [--lang <en|zh>] | list | forget <id>',
  summary: {
    en: 'Import households from CSV or XLSX, write a template, list imports, and remove rejected rows that are kept',
    zh: '从 CSV 或 XLSX 导入家庭，生成模板，列出导入任务，删除留存的未导入行',
  },
  async run(args, terminal) {
    const request = parseImportRequest(args);
    switch (request.action) {
      case 'households':
        return (await import('./import/households.js')).importHouseholds(request, terminal);
      case 'template':
        return (await import('./import/template.js')).writeTemplate(request, terminal);
      case 'list':
        return (await import('./import/list.js')).listImports(request, terminal);
      case 'forget':
        return (await import('./import/list.js')).forgetImport(request, terminal);
    }
  },
};
