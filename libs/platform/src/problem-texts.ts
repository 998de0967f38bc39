/** Problems that any route can answer with. */
export const BASE_TEXTS = {
  VALIDATION_FAILED: { status: 400, en: 'Some fields are not valid.', zh: '部分字段不符合要求。' },
  UNKNOWN_FIELD: { status: 400, en: 'Some fields are not known here.', zh: '包含未知字段。' },
  MALFORMED_JSON: { status: 400, en: 'The body is not valid JSON.', zh: '请求正文不是有效的 JSON。' },
  BAD_REQUEST: { status: 400, en: 'The request cannot be understood.', zh: '无法理解该请求。' },
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    en: 'A command needs the header Idempotency-Key with 1 to 255 visible ASCII characters.',
    zh: '命令必须带 Idempotency-Key 请求头，由 1 至 255 个可见 ASCII 字符组成。',
  },
  IF_MATCH_MALFORMED: {
    status: 400,
    en: 'If-Match must be one revision in quotes, e.g. "4".',
    zh: 'If-Match 必须是一个带引号的修订号，例如 "4"。',
  },
  UNAUTHENTICATED: { status: 401, en: 'A valid bearer token is needed.', zh: '需要有效的访问令牌。' },
  FORBIDDEN: { status: 403, en: 'Your role may not do this.', zh: '您的角色无权执行此操作。' },
  NOT_FOUND: { status: 404, en: 'There is no such thing here.', zh: '未找到。' },
  METHOD_NOT_ALLOWED: { status: 405, en: 'This method is not allowed here.', zh: '此处不支持该方法。' },
  REQUEST_TIMEOUT: { status: 408, en: 'The request took too long to arrive.', zh: '请求传输超时。' },
  CHANGED_MEANWHILE: {
    status: 409,
    en: 'Others changed it at the same moment; repeat the command with the same key.',
    zh: '他人同时作了变更，请用同一键重试。',
  },
  STREAM_CLOSED: { status: 409, en: 'It is closed and takes no more changes.', zh: '已关闭，不再接受变更。' },
  COMMAND_STILL_RUNNING: {
    status: 409,
    en: 'The command with this key is still running; repeat it in a moment with the same key.',
    zh: '使用该键的命令仍在执行，请稍后用同一键重试。',
  },
  REVISION_STALE: {
    status: 412,
    en: 'It has changed since you saw it: it is now at revision {revision}.',
    zh: '您查看之后内容已变更：当前修订号为 {revision}。',
  },
  PAYLOAD_TOO_LARGE: { status: 413, en: 'The body is too large.', zh: '请求正文过大。' },
  TOO_LARGE: { status: 413, en: 'What is to be recorded is too large.', zh: '要记录的内容过大。' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    en: 'The body must be application/json.',
    zh: '请求正文必须是 application/json。',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    en: 'This key was used for a command with other content.',
    zh: '该键已用于内容不同的命令。',
  },
  IF_MATCH_REQUIRED: {
    status: 428,
    en: 'This command needs the header If-Match with the revision that you saw.',
    zh: '该命令必须带 If-Match 请求头，写明您所见的修订号。',
  },
  INTERNAL: {
    status: 500,
    en: 'Something went wrong here. Name the request id when you report it.',
    zh: '服务内部出错。报告问题时请提供请求编号。',
  },
  EVENT_UNKNOWN: {
    status: 503,
    en: 'A newer version of this program wrote what is recorded here ({event}); this one must be updated to read it.',
    zh: '此处的记录（{event}）由更新版本的程序写入，须更新本程序后才能读取。',
  },
  OUTCOME_UNKNOWN: {
    status: 503,
    en: 'It is not known whether the command was carried out; repeat it with the same key.',
    zh: '尚不确定命令是否已执行，请用同一键重试。',
  },
  POSITION_NOT_REACHED: {
    status: 503,
    en: 'The view has not caught up with this position yet; try again.',
    zh: '视图尚未更新到该位置，请重试。',
  },
  STORE_BUSY: {
    status: 503,
    en: 'Too much is to be recorded at this moment; nothing was written, try again.',
    zh: '当前待记录的内容过多，尚未写入任何内容，请重试。',
  },
  KEYS_UNAVAILABLE: {
    status: 503,
    en: 'The key service cannot be reached, without which personal data are neither read nor recorded; try again.',
    zh: '密钥服务暂不可用，个人信息无法读取或记录，请重试。',
  },
  STORE_UNAVAILABLE: { status: 503, en: 'The database cannot be reached; try again.', zh: '数据库暂不可用，请重试。' },
} as const;
