import type { Caller } from '#libs/platform';

/** Port: what access needs to know of the area tree. */
export abstract class AreaDirectory {
  /** True when the area exists. */
  abstract has(code: string): boolean;
  /** True when `code` is `ancestor` or lies below it; false for unknown codes. */
  abstract isWithin(code: string, ancestor: string): boolean;
}

/** True when something in the area `areaCode` may be seen by the caller at all; otherwise the answer is 404. */
export const areaVisible = (areas: AreaDirectory, caller: Caller, areaCode: string): boolean =>
  areas.isWithin(areaCode, caller.area);
