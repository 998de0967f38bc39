import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  createParamDecorator,
  Get,
  Header,
  HttpCode,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller } from '../caller.js';
import type { Gate } from '../gate.js';
import { IdempotencyKeys } from '../idempotency.js';
import { ProblemCatalogue } from '../problem-catalogue.js';
import { ProblemFilter } from '../problem.filter.js';
import { Problem } from '../problem.js';
import { Answers } from './answers.js';
import { compileRoute, type RouteParts } from './compile.js';
import type { Act } from './declaration.js';

const Url = createParamDecorator(
  (mark: string, context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>().url + mark,
);

class Refuses implements CanActivate {
  canActivate = () => false;
}
class Wraps implements NestInterceptor {
  intercept: NestInterceptor['intercept'] = (_, next) => next.handle();
}

@Controller('things')
class Things {
  readonly name = 'things';

  @Get(':id')
  @Header('x-kind', 'thing')
  one(@Param('id') id: string, @Req() { url }: FastifyRequest) {
    return { of: this.name, id, url };
  }

  @Post()
  @HttpCode(202)
  add(@Body() body: object, @Caller() { subject }: Caller) {
    return { body, subject };
  }

  @Get('fails')
  async fails(): Promise<never> {
    throw new Problem(409, 'STREAM_CLOSED');
  }

  @Get('numbered/:n')
  numbered(@Param('n', new ParseIntPipe()) n: number) {
    return { next: n + 1 };
  }

  @Get('custom')
  custom(@Url('!') url: string) {
    return { url };
  }

  @Get('guarded')
  @UseGuards(Refuses)
  guarded() {}

  @Get('wrapped')
  @UseInterceptors(Wraps)
  wrapped() {}

  @Get('over')
  over(@Res() reply: FastifyReply) {
    return reply;
  }

  @Patch('other')
  other() {}

  @Get('needy/:n')
  needy(@Param('n', ParseIntPipe) n: number) {
    return n;
  }
}

/** A reply that tells what was sent. */
function replyThat() {
  const sent = { status: 0, headers: {} as Record<string, unknown>, body: undefined as unknown };
  let over: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (over = resolve));
  const reply = {
    status: (status: number) => ((sent.status = status), reply),
    headers: (headers: object) => (Object.assign(sent.headers, headers), reply),
    header: (name: string, value: unknown) => ((sent.headers[name] = value), reply),
    send: (body: unknown) => ((sent.body = body instanceof Buffer ? JSON.parse(body.toString()) : body), over(), reply),
  };
  return { reply: reply as unknown as FastifyReply, sent, done };
}

const things = new Things();
const methodOf = (name: keyof Things): Act => Reflect.get(things, name) as Act;
const problems = new ProblemFilter(new ProblemCatalogue());
const parts = (enter: ReturnType<Gate['of']>): RouteParts => ({
  gate: { of: () => enter },
  keys: Object.create(IdempotencyKeys.prototype) as IdempotencyKeys,
  positions: {} as RouteParts['positions'],
  problems,
  answers: new Answers((error, reply) => problems.answer(error, reply.request, reply)),
});

async function ask(name: keyof Things, request: object, enter: ReturnType<Gate['of']> = () => undefined) {
  const { reply, sent, done } = replyThat();
  const handler = compileRoute(things, methodOf(name), parts(enter));
  const asked = { headers: {}, params: {}, query: {}, routeOptions: {}, url: '/things', ...request };
  await handler.call({} as never, asked as FastifyRequest, reply);
  await done;
  return sent;
}

describe('a compiled route', () => {
  it('answers what the method returns, called on its controller', async () => {
    expect(await ask('one', { params: { id: '7' } })).toEqual({
      status: 200,
      headers: { 'x-kind': 'thing' },
      body: { of: 'things', id: '7', url: '/things' },
    });
  });

  it('lets nobody in before the gate has answered, also where that takes time', async () => {
    const enter = async (request: FastifyRequest) => {
      await Promise.resolve();
      request.caller = { subject: 'x', name: 'x', role: 'inspector', area: '1' };
    };
    expect(await ask('add', { body: { a: 1 } }, enter)).toMatchObject({
      status: 202,
      body: { subject: 'x', body: { a: 1 } },
    });
    const shut = () => {
      throw new Problem(403, 'FORBIDDEN');
    };
    expect(await ask('add', { body: {} }, shut)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  it('takes parameters of any decorator', async () => {
    expect(await ask('custom', {})).toMatchObject({ body: { url: '/things!' } });
  });

  it('answers what is thrown as a problem', async () => {
    expect(await ask('fails', {})).toMatchObject({ status: 409, body: { code: 'STREAM_CLOSED' } });
  });

  it('checks and turns parts of the path, also by pipes that give promises', async () => {
    expect(await ask('numbered', { params: { n: '4' } })).toMatchObject({ body: { next: 5 } });
    expect(await ask('numbered', { params: { n: 'four' } })).toMatchObject({ status: 400 });
    expect(await ask('one', { params: { id: 'a\0b' } })).toMatchObject({ status: 404 });
  });

  it('refuses to start with what it would leave out', () => {
    const compiled = (name: keyof Things) => () =>
      compileRoute(
        things,
        methodOf(name),
        parts(() => undefined),
      );
    expect(compiled('guarded')).toThrow('Things.guarded: @UseGuards is not supported');
    expect(compiled('wrapped')).toThrow('@UseInterceptors');
    expect(compiled('over')).toThrow('@Res() must let the answer through');
    expect(compiled('other')).toThrow('only GET and POST');
    expect(compiled('needy')).toThrow('ParseIntPipe, which needs others to be made');
  });
});
