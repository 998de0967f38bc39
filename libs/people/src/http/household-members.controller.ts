import { Body, Controller, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '#libs/access';
import { AreaTree } from '#libs/areas';
import { NotFound, personal, type CommandMeta } from '#libs/event-sourcing';
import { Changes, IdPipe, invalid, Meta, SeenRevision } from '#libs/platform';
import { Households } from '../households.js';
import { standingOf } from './drafts-of.js';
import { FactRecorder } from './fact-recorder.js';
import { HouseholdChanges, placeNow, standingFacts } from './household-changes.js';
import {
  DepartureBody,
  EndHouseholdBody,
  JoinAnswer,
  JoinBody,
  MergeHouseholdBody,
  MoveBody,
  SingleFilingBody,
  SplitAnswer,
  SplitBody,
  StandingChangeBody,
} from './household-facts.dto.js';
import { HouseholdAnswer } from './household.dto.js';
import { present } from './present.js';
import { keepers } from './roles.js';

/** Who belongs to a household, and where it lives. */
@ApiTags('households')
@Controller('households')
export class HouseholdMembersController {
  constructor(
    private readonly recorder: FactRecorder,
    private readonly changes: HouseholdChanges,
    private readonly households: Households,
    private readonly areas: AreaTree,
  ) {}

  /** Lets a person join: somebody registered, or somebody new who is registered with it. */
  @Changes(':id/members')
  @Allow(...keepers)
  @ApiOkResponse({ type: JoinAnswer })
  join(
    @Param('id', IdPipe) id: string,
    @Body() body: JoinBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<JoinAnswer> {
    return this.changes.join(id, body, meta, seen);
  }

  /** Records that a member left, and why. Where it was the applicant, `standings` names another. */
  @Changes(':id/departures')
  @Allow(...keepers)
  @ApiOkResponse({ type: HouseholdAnswer })
  leave(
    @Param('id', IdPipe) id: string,
    @Body() { personId, departure, toHousehold, standings = [], ...from }: DepartureBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    const data = { personId, departure, ...present({ toHousehold }) };
    return this.recorder.ofHousehold({ id, from, meta, seen }, (origin) => [
      { type: 'MemberLeft', data: { ...origin.fact, ...data } },
      ...standingFacts(standings, origin),
    ]);
  }

  /** Records other relations of members, or who counts no more, or again. */
  @Changes(':id/standings')
  @Allow(...keepers)
  @ApiOkResponse({ type: HouseholdAnswer })
  async stand(
    @Param('id', IdPipe) id: string,
    @Body() { standings, ...from }: StandingChangeBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    const [first, ...others] = standings;
    if (first === undefined || (from.corrects !== undefined && others.length > 0))
      throw invalid({ pointer: '/standings', code: 'arrayMaxSize', details: { limit: 1 } });
    const { personId, ...standing } = first;
    return this.recorder.ofHousehold({ id, from, meta, seen }, (origin) => [
      { type: 'MemberStandingChanged', data: { ...origin.fact, personId, ...standingOf(standing) } },
      ...standingFacts(others, origin),
    ]);
  }

  /** Records that the household lives in another area from then on, which keeps its file. Its members' files follow a moment later. */
  @Changes(':id/moves')
  @Allow(...keepers)
  @ApiOkResponse({ type: HouseholdAnswer })
  async move(
    @Param('id', IdPipe) id: string,
    @Body() { area, residence, address, ...from }: MoveBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    if (!this.areas.has(area)) throw new NotFound('area');
    const before = placeNow((await this.households.get(id, meta.area)).household);
    const data = {
      area,
      areaPath: this.areas.pathOf(area).join('.'),
      residence: residence ?? before.residence,
      ...present({ address: address === undefined ? undefined : personal(address) }),
    };
    return this.recorder.ofHousehold({ id, from, meta, seen }, ({ fact }) => [
      { type: 'HouseholdMoved', data: { ...fact, ...data } },
    ]);
  }

  /** Lets members form a household of their own, which is registered a moment later. */
  @Changes(':id/splits')
  @Allow(...keepers)
  @ApiOkResponse({ type: SplitAnswer })
  split(
    @Param('id', IdPipe) id: string,
    @Body() body: SplitBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<SplitAnswer> {
    return this.changes.split(id, body, meta, seen);
  }

  /** Lets all members join another household, a moment later; this one is over. */
  @Changes(':id/merges')
  @Allow(...keepers)
  @ApiOkResponse({ type: HouseholdAnswer })
  merge(
    @Param('id', IdPipe) id: string,
    @Body() body: MergeHouseholdBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.changes.merge(id, body, meta, seen);
  }

  /** Records that nobody belongs to the household any more. */
  @Changes(':id/endings')
  @Allow(...keepers)
  @ApiOkResponse({ type: HouseholdAnswer })
  end(
    @Param('id', IdPipe) id: string,
    @Body() from: EndHouseholdBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.recorder.ofHousehold({ id, from, meta, seen }, ({ fact }) => [{ type: 'HouseholdEnded', data: fact }]);
  }

  /** Records that one member files alone, on what ground, or no longer does. */
  @Changes(':id/single-filings')
  @Allow(...keepers)
  @ApiOkResponse({ type: HouseholdAnswer })
  fileAlone(
    @Param('id', IdPipe) id: string,
    @Body() { personId, ground, standings = [], ...from }: SingleFilingBody,
    @Meta() meta: CommandMeta,
    @SeenRevision() seen: bigint,
  ): Promise<HouseholdAnswer> {
    return this.recorder.ofHousehold({ id, from, meta, seen }, (origin) => [
      { type: 'SingleFilingRecorded', data: { ...origin.fact, personId, ground } },
      ...standingFacts(standings, origin),
    ]);
  }
}
