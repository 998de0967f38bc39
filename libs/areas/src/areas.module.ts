import { Global, Module } from '@nestjs/common';
import { AreaDirectory } from '#libs/access';
import { AreaTree } from './area-tree.js';
import { AreasController } from './areas.controller.js';
import { KnownCut } from './known-cut.js';

/** The area tree, for every module. */
@Global()
@Module({
  controllers: [AreasController],
  providers: [AreaTree, KnownCut, { provide: AreaDirectory, useExisting: AreaTree }],
  exports: [AreaTree, AreaDirectory, KnownCut],
})
export class AreasModule {}
