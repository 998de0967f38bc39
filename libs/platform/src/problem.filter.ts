import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '#libs/event-sourcing';
import { languageOf } from './language.js';
import { ProblemCatalogue, type Language } from './problem-catalogue.js';
import { toProblem } from './problem-mapping.js';
import type { Problem } from './problem.js';
import { ruleText } from './rule-texts.js';

/** Answers every error as problem+json (RFC 9457) in the caller's language; what is not the caller's to know stays in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  constructor(private readonly catalogue: ProblemCatalogue) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a request with the problem that an error is. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = toProblem(error);
    const known = this.catalogue.has(problem.code);
    if (problem.code === 'INTERNAL' || !known) this.log(error, request, known ? '' : `No text for ${problem.code}. `);
    sendProblem(request, reply, problem, this.catalogue);
  }

  /** Name and place of the error, of our own its message too; never its data. A message of the database may quote a value. */
  private log(error: unknown, request: FastifyRequest, note: string): void {
    const where = `${request.method} ${request.routeOptions.url ?? ''} ${request.id}`;
    this.logger.error(`${note}${where}: ${describeError(error)}`, placesOf(error));
  }
}

/** The lines of a stack without the message at its head. */
const placesOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.stack?.slice(Math.max(0, error.stack.search(/^ +at /m))) : undefined;

/** Sends a problem in the language that the request prefers. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  catalogue: ProblemCatalogue,
): void {
  if (reply.sent) return;
  const language = languageOf(request);
  const body = bodyOf(problem, language, request.id, catalogue);
  void reply
    .status(body.status)
    .headers({ ...problem.headers, 'content-language': language, 'content-type': 'application/problem+json' })
    .send(Buffer.from(JSON.stringify(body))); // bytes: JSON has no charset to add
}

function bodyOf(problem: Problem, language: Language, requestId: string, catalogue: ProblemCatalogue) {
  const { code, details, errors } = problem;
  const status = catalogue.has(code) ? catalogue.statusOf(code) : problem.status;
  return {
    type: `urn:almoner:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(status)[language],
    status,
    code,
    detail: catalogue.textOf(code, language, details),
    instance: `urn:uuid:${requestId}`,
    ...(Object.keys(details).length > 0 && { details }),
    ...(errors.length > 0 && {
      errors: errors.map((each) => ({
        pointer: each.pointer,
        code: each.code,
        detail: ruleText(each.code, language, each.details),
      })),
    }),
  };
}

type Title = Readonly<Record<Language, string>>;

const TITLES: Readonly<Record<number, Title>> = {
  400: { en: 'The request is not valid', zh: '请求无效' },
  401: { en: 'Not signed in', zh: '未登录' },
  403: { en: 'Not allowed', zh: '无权操作' },
  404: { en: 'Not found', zh: '未找到' },
  409: { en: 'Not possible in the present state', zh: '当前状态下无法执行' },
  412: { en: 'Changed meanwhile', zh: '内容已变更' },
  413: { en: 'Too large', zh: '内容过大' },
  422: { en: 'The content breaks a rule', zh: '内容不符合规则' },
  428: { en: 'A condition is missing', zh: '缺少前提条件' },
  503: { en: 'Not possible at this moment', zh: '暂时无法处理' },
};

const titleOf = (status: number): Title =>
  TITLES[status] ??
  (status < 500
    ? { en: 'The request cannot be carried out', zh: '无法执行请求' }
    : { en: 'Internal error', zh: '内部错误' });
