import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemCatalogue } from './problem-catalogue.js';
import { ProblemFilter } from './problem.filter.js';

const said: unknown[][] = [];
const silent = () => undefined;
beforeAll(() => {
  Logger.overrideLogger({ error: (...parts: unknown[]) => void said.push(parts), log: silent, warn: silent });
});
afterAll(() => {
  Logger.overrideLogger(false);
});

describe('an error that nobody foresaw', () => {
  const reply = { sent: true } as FastifyReply;
  const request = {
    method: 'GET',
    id: 'request-1',
    routeOptions: { url: '/persons/:id' },
  } as unknown as FastifyRequest;
  const log = (error: Error): string => {
    said.length = 0;
    new ProblemFilter(new ProblemCatalogue()).answer(error, request, reply);
    return JSON.stringify(said);
  };

  it('of the database is logged by its code and place, without the value that its message may quote', () => {
    const error = Object.assign(new Error('invalid input syntax for type date: "示例甲"'), { code: '22007' });
    expect(log(error)).toContain('GET /persons/:id request-1: Error 22007');
    expect(said[0]?.[1]).toMatch(/^ +at /);
    expect(log(error)).not.toContain('示例甲');
  });

  it('of ours is logged with its message', () => {
    expect(log(new TypeError('a household without a place'))).toContain('TypeError: a household without a place');
  });
});
