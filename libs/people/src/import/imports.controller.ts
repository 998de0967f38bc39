import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { Controller, Get, Header, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOkResponse, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, areaVisible } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { derivedId, NotFound } from '#libs/event-sourcing';
import {
  Caller,
  commandIdOf,
  decodeCursor,
  decodeIdCursor,
  encodeCursor,
  IdPipe,
  InLanguage,
  PageQuery,
  parseIdempotencyKey,
  Problem,
  Reads,
  Settings,
  type Language,
} from '#libs/platform';
import { ReadLog } from '../read-log/read-log.js';
import { Reader } from '../read-log/reader.js';
import type { ImportJob } from './import-jobs.js';
import { ImportWorker } from './import-worker.js';
import { Imports, paceOf } from './imports.js';
import { ImportProblemsPage, ImportsPage, ImportView, ProblemsQuery, UploadQuery } from './imports.dto.js';
import { FileRefused } from './problems.js';
import { uploadTypes } from './upload-types.js';

@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly worker: ImportWorker,
    private readonly areas: AreaTree,
    private readonly readLog: ReadLog,
    private readonly settings: Settings,
  ) {}

  /**
   * Takes in a file of households, CSV or XLSX, and begins to import it. A repeat with the same key and the same file is the
   * same import.
   */
  @Post()
  @HttpCode(202)
  @Allow('township-officer', 'administrator')
  @ApiConsumes(...uploadTypes)
  @ApiBody({ description: 'The bytes of the file.', schema: { type: 'string', format: 'binary' } })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description: 'Chosen by the client for one import, 1 to 255 visible ASCII characters.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
  })
  @ApiResponse({
    status: 202,
    type: ImportView,
    description: 'Taken in.',
    headers: { Location: { description: 'Where its progress can be read.', schema: { type: 'string' } } },
  })
  async upload(
    @Query() query: UploadQuery,
    @Caller() caller: Caller,
    @InLanguage() language: Language,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportView> {
    const key = parseIdempotencyKey(request.headers['idempotency-key']);
    const body = request.body as Readable | undefined;
    if (body === undefined || typeof body.pipe !== 'function') throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE');
    const area = query.area ?? caller.area;
    if (!areaVisible(this.areas, caller, area)) throw new NotFound('area');
    const id = derivedId(commandIdOf(caller.subject, 'POST', '/imports', key), 0);
    const job = await this.keep(id, body, {
      sheet: query.sheet,
      dryRun: query.dryRun === 'true',
      fileName: basename(query.name.replaceAll('\\', '/')),
      area,
      actor: caller.subject,
      role: caller.role,
    });
    this.worker.wake();
    reply.header('location', `/imports/${id}`);
    return this.view(job, language);
  }

  /** The imports of the caller's area, the newest first. */
  @Get()
  @Reads()
  @Allow('township-officer', 'county-reviewer', 'supervisor', 'inspector', 'administrator')
  @ApiOkResponse({ type: ImportsPage })
  async page(
    @Query() { limit, cursor }: PageQuery,
    @Caller() caller: Caller,
    @InLanguage() language: Language,
  ): Promise<ImportsPage> {
    const after = decodeIdCursor(cursor);
    const jobs = await this.imports.jobs.list(limit + 1, after, this.areas.codesWithin(caller.area));
    const last = jobs[limit - 1];
    return {
      items: jobs.slice(0, limit).map((job) => this.view(job, language)),
      ...(last && jobs.length > limit && { nextCursor: encodeCursor([last.id]) }),
    };
  }

  /** One import: how far it is, how fast, and how long it will take. */
  @Get(':id')
  @Reads()
  @Allow('township-officer', 'county-reviewer', 'supervisor', 'inspector', 'administrator')
  @ApiOkResponse({ type: ImportView })
  async one(
    @Param('id', IdPipe) id: string,
    @Caller() caller: Caller,
    @InLanguage() language: Language,
  ): Promise<ImportView> {
    return this.view(await this.get(id, caller), language);
  }

  /** What is wrong with rows of the file, in its order. No text names a value of a cell. */
  @Get(':id/problems')
  @Reads()
  @Allow('township-officer', 'county-reviewer', 'supervisor', 'inspector', 'administrator')
  @ApiOkResponse({ type: ImportProblemsPage })
  async problems(
    @Param('id', IdPipe) id: string,
    @Query() { limit, cursor }: ProblemsQuery,
    @Caller() caller: Caller,
  ): Promise<ImportProblemsPage> {
    await this.get(id, caller);
    const [after = '0'] = decodeCursor(cursor, 1) ?? [];
    const found = await this.imports.jobs.problems(id, limit + 1, Number(after));
    const last = found[limit - 1];
    return {
      items: found.slice(0, limit).map((problem) => ({
        line: problem.line,
        ...(problem.column !== undefined && { column: problem.column }),
        code: problem.code,
        en: this.imports.textOf(problem, 'en'),
        zh: this.imports.textOf(problem, 'zh'),
      })),
      ...(last && found.length > limit && { nextCursor: encodeCursor([String(last.number)]) }),
    };
  }

  /** The rows that were not taken, with what is wrong, to be corrected and loaded again. It holds personal data. */
  @Get(':id/rejected.csv')
  @Reads()
  @Allow('township-officer')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="rejected.csv"')
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async rejected(@Param('id', IdPipe) id: string, @Caller() caller: Caller, @Reader() reader: Reader): Promise<object> {
    const job = await this.get(id, caller);
    const { files } = this.imports;
    // While it is written, its end may be half a row.
    if (job.state !== 'done' || !(await files.hasRejected(id))) throw new NotFound('rejected rows');
    await this.readLog.note(reader, { kind: 'export', areaPath: this.areas.pathOf(job.area).join('.') });
    return createReadStream(files.rejectedOf(id));
  }

  private async keep(
    id: string,
    body: Readable,
    about: Pick<ImportJob, 'sheet' | 'dryRun' | 'fileName' | 'area' | 'actor' | 'role'>,
  ): Promise<ImportJob> {
    const { files, jobs } = this.imports;
    const known = await jobs.find(id);
    const draft = known === undefined ? id : derivedId(id, 'repeat');
    const mark = await files.receive(draft, body, this.settings.importMaxBytes).catch((error: unknown) => {
      throw error instanceof FileRefused ? new Problem(413, 'PAYLOAD_TOO_LARGE') : error;
    });
    if (known !== undefined) await files.removeUpload(draft);
    const job =
      known ?? (await jobs.add({ id, source: 'upload', fileBytes: mark.bytes, fileDigest: mark.digest, ...about }));
    const same = job.fileDigest.equals(mark.digest) && job.dryRun === about.dryRun && job.area === about.area;
    if (!same) throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED');
    return job;
  }

  /** @throws NotFound also where it is an import of another area */
  private async get(id: string, caller: Caller): Promise<ImportJob> {
    const job = await this.imports.jobs.find(id);
    if (job === undefined || !areaVisible(this.areas, caller, job.area)) throw new NotFound('import');
    return job;
  }

  private view(job: ImportJob, language: Language): ImportView {
    const { reached, allRows, allHouseholds, startedAt, endedAt, sheet, failure } = job;
    const { perSecond, secondsLeft } = paceOf(reached, allRows ?? 0, job.workedMs);
    return {
      id: job.id,
      fileName: job.fileName,
      fileBytes: job.fileBytes,
      ...(sheet !== undefined && { sheet }),
      dryRun: job.dryRun,
      area: job.area,
      actor: job.actor,
      state: job.state,
      ...(failure !== undefined && {
        failure,
        failureText: this.imports.textOf({ code: failure, details: job.failureDetails }, language),
      }),
      ignoredColumns: [...job.ignoredColumns],
      ...(allRows !== undefined && { allRows }),
      ...(allHouseholds !== undefined && { allHouseholds }),
      rows: reached.rows,
      households: reached.households,
      registered: reached.registered,
      rejected: reached.rejected,
      knownPersons: reached.knownPersons,
      perSecond,
      ...(job.state === 'running' && reached.rows > 0 && { secondsLeft }),
      createdAt: job.createdAt.toISOString(),
      ...(startedAt && { startedAt: startedAt.toISOString() }),
      ...(endedAt && { endedAt: endedAt.toISOString() }),
      rejectedKept: !job.filesRemoved,
    };
  }
}
