import { Body, Controller, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { NotFound, personal, type CommandMeta } from '#libs/event-sourcing';
import { Changes, IdPipe, Meta, SeenRevision } from '#libs/platform';
import { Registrations } from '../registrations.js';
import { identityOf } from './drafts-of.js';
import { FactRecorder } from './fact-recorder.js';
import {
  PersonAnswer,
  RecordCareNeedBody,
  RecordDeathBody,
  RecordDisabilityBody,
  RecordEmploymentBody,
  RecordGuardianBody,
  RecordHukouBody,
  RecordIdentityBody,
  RecordIllnessesBody,
  RecordPhoneBody,
  RecordResidenceBody,
  RecordSchoolingBody,
  RecordWorkAbilityBody,
} from './person-facts.dto.js';
import { present } from './present.js';
import { officers } from './roles.js';

/** What is recorded of a person, topic by topic; each holds from the day it happened until the next of its kind. */
@ApiTags('persons')
@Controller('persons')
export class PersonFactsController {
  constructor(
    private readonly recorder: FactRecorder,
    private readonly registrations: Registrations,
    private readonly areas: AreaTree,
  ) {}

  /** Records who the person is: another name, other papers, a number that was missing or mistyped. */
  @Changes(':id/identity')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  async identity(
    @Param('id', IdPipe) id: string,
    @Body() { identity, ...from }: RecordIdentityBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const read = await this.registrations.readIdentity(identityOf(identity), meta.area);
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'IdentityRecorded',
      data: { ...fact, ...read, identity: personal(read.identity) },
    }));
  }

  /** Records where and in which register the hukou is. */
  @Changes(':id/hukou')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  hukou(
    @Param('id', IdPipe) id: string,
    @Body() { hukou, ...from }: RecordHukouBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const { area, kind, address } = hukou;
    const data = { area, kind, ...present({ address: address === undefined ? undefined : personal(address) }) };
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'HukouRecorded',
      data: { ...fact, ...data },
    }));
  }

  /** Records where the person lives; the file goes to that area. */
  @Changes(':id/residence')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  async residence(
    @Param('id', IdPipe) id: string,
    @Body() { residence, ...from }: RecordResidenceBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    const { area, address } = residence;
    if (!this.areas.has(area)) throw new NotFound('area');
    const areaPath = this.areas.pathOf(area).join('.');
    const data = { area, areaPath, ...present({ address: address === undefined ? undefined : personal(address) }) };
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'ResidenceRecorded',
      data: { ...fact, ...data },
    }));
  }

  /** Records a phone number, or that there is none any more. */
  @Changes(':id/phone')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  phone(
    @Param('id', IdPipe) id: string,
    @Body() { phone, ...from }: RecordPhoneBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'PhoneRecorded',
      data: { ...fact, phone: personal(phone) },
    }));
  }

  /** Records what the disability card says, or that there is none any more. */
  @Changes(':id/disability-card')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  disabilityCard(
    @Param('id', IdPipe) id: string,
    @Body() { disability, ...from }: RecordDisabilityBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'DisabilityCardRecorded',
      data: { ...fact, card: personal(disability) },
    }));
  }

  /** Records marks of illness: all that hold from then on. */
  @Changes(':id/illnesses')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  illnesses(
    @Param('id', IdPipe) id: string,
    @Body() { illnesses, ...from }: RecordIllnessesBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'IllnessesRecorded',
      data: { ...fact, illnesses: personal(illnesses) },
    }));
  }

  /** Records what the person attends or has attended. */
  @Changes(':id/schooling')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  schooling(
    @Param('id', IdPipe) id: string,
    @Body() { schooling, ...from }: RecordSchoolingBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'SchoolingRecorded',
      data: { ...fact, schooling: personal(schooling) },
    }));
  }

  /** Records whether and how the person works. */
  @Changes(':id/employment')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  employment(
    @Param('id', IdPipe) id: string,
    @Body() { employment, ...from }: RecordEmploymentBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'EmploymentRecorded',
      data: { ...fact, employment: personal(employment) },
    }));
  }

  /** Records whether the person is able to work. */
  @Changes(':id/work-ability')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  workAbility(
    @Param('id', IdPipe) id: string,
    @Body() { ability, ...from }: RecordWorkAbilityBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'WorkAbilityRecorded',
      data: { ...fact, ability: personal(ability) },
    }));
  }

  /** Records for how many months the person needs long-term care. */
  @Changes(':id/care-needs')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  careNeed(
    @Param('id', IdPipe) id: string,
    @Body() { months, ...from }: RecordCareNeedBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'CareNeedRecorded',
      data: { ...fact, months: personal(months) },
    }));
  }

  /** Records who acts for the person, or that nobody does any more. */
  @Changes(':id/guardian')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  guardian(
    @Param('id', IdPipe) id: string,
    @Body() { guardian, ...from }: RecordGuardianBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (fact) => ({
      type: 'GuardianRecorded',
      data: { ...fact, guardian: personal(guardian) },
    }));
  }

  /** Records that the person died on `happenedOn`. They leave their households a moment later. */
  @Changes(':id/death')
  @Allow(...officers)
  @ApiOkResponse({ type: PersonAnswer })
  death(
    @Param('id', IdPipe) id: string,
    @Body() from: RecordDeathBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<PersonAnswer> {
    return this.recorder.ofPerson({ id, from, meta, seen }, (data) => ({ type: 'DeathRecorded', data }));
  }
}
