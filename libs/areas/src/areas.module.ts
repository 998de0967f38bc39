import { Global, Module } from '@nestjs/common';
import { AreaDirectory } from '#libs/access';
import { AreaTree } from './area-tree.js';
import { AreasController } from './areas.controller.js';

/** The area tree, for every module. */
@Global()
@Module({
  controllers: [AreasController],
  providers: [AreaTree, { provide: AreaDirectory, useExisting: AreaTree }],
  exports: [AreaTree, AreaDirectory],
})
export class AreasModule {}
