import { Body, Controller, Get, Param, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import type { CommandMeta } from '#libs/event-sourcing';
import {
  Creates,
  HistoryPage,
  historyPage,
  IdPipe,
  InLanguage,
  KnownAt,
  Meta,
  PageQuery,
  Reads,
  type Known,
  type Language,
} from '#libs/platform';
import { countingMembers } from '../domain/household.js';
import { Households } from '../households.js';
import { Memberships } from '../memberships.js';
import { personTexts } from '../person.texts.js';
import { Persons, type LoadedPerson } from '../persons.js';
import { ReadLog } from '../read-log/read-log.js';
import { Reader } from '../read-log/reader.js';
import { Registrations } from '../registrations.js';
import { personDraftOf } from './drafts-of.js';
import { refuseHelper } from './fact-recorder.js';
import { EffectiveQuery } from './facts.dto.js';
import { LookBack } from './look-back.js';
import { PersonAnswer } from './person-facts.dto.js';
import { RegisterPersonBody } from './person.dto.js';
import { personView } from './person.view.js';
import { PersonView } from './person.view.dto.js';
import { present } from './present.js';
import { historians, readers, registrars } from './roles.js';

@ApiTags('persons')
@Controller('persons')
export class PersonsController {
  constructor(
    private readonly registrations: Registrations,
    private readonly persons: Persons,
    private readonly households: Households,
    private readonly memberships: Memberships,
    private readonly lookBack: LookBack,
    private readonly readLog: ReadLog,
  ) {}

  /** Registers a person. A number that is registered leads to the file that there is, where the caller may see it. */
  @Creates()
  @Allow(...registrars)
  @ApiCreatedResponse({ type: PersonAnswer })
  async register(
    @Body() { area, happenedOn, knownOn, source, ...person }: RegisterPersonBody,
    @Meta() meta: CommandMeta,
  ): Promise<PersonAnswer> {
    if (source === 'verified') refuseHelper(meta.role);
    const draft = { ...personDraftOf(person), area, ...present({ happenedOn, knownOn }) };
    const { personId, revision, position } = await this.registrations.registerPerson(draft, meta, source);
    return { id: personId, revision, position };
  }

  /** One person, folded from their stream: what was so on a day, by what was known. Both are now where nothing is said. */
  @Get(':id')
  @Reads()
  @Allow(...readers)
  @ApiOkResponse({ type: PersonView })
  async one(
    @Param('id', IdPipe) id: string,
    @Query() { effective }: EffectiveQuery,
    @Reader() reader: Reader,
    @KnownAt() known: Known | undefined,
  ): Promise<PersonView> {
    const { file, viewer, upTo } = await this.lookBack.at(this.persons, id, reader, known, effective);
    const now = known === undefined && effective === undefined;
    const householdId = now ? await this.householdOf(id, reader.area) : undefined;
    await this.readLog.note(reader, { kind: 'person', persons: [id], ...whereOf(file) });
    return personView(file, viewer, { householdId, survivorId: await this.persons.survivorOf(file, upTo) });
  }

  /** Every event of the person, oldest first, in words without personal data. */
  @Get(':id/history')
  @Reads()
  @Allow(...historians)
  @ApiOkResponse({ type: HistoryPage })
  async history(
    @Param('id', IdPipe) id: string,
    @Query() page: PageQuery,
    @Reader() reader: Reader,
    @InLanguage() language: Language,
    @KnownAt() known: Known | undefined,
  ): Promise<HistoryPage> {
    const { file } = await this.lookBack.at(this.persons, id, reader, known);
    await this.readLog.note(reader, { kind: 'history', persons: [id], ...whereOf(file) });
    return historyPage(file.events, personTexts, language, page, { data: false });
  }

  /** The household in which the person counts, where it lies in the reader's area. */
  private async householdOf(personId: string, area: string): Promise<string | undefined> {
    const id = await this.memberships.householdOf(personId);
    const found = id === undefined ? undefined : await this.households.find(id);
    if (!found || !this.households.isWithin(found.household, area)) return undefined;
    return countingMembers(found.household).has(personId) ? found.id : undefined;
  }
}

/** Where the file lies, for those who watch over its readers. */
const whereOf = ({ person }: LoadedPerson) => present({ areaPath: person.topics.residence.at(-1)?.value.areaPath });
