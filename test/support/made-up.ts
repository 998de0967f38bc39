import { checkCharacter } from '#libs/people';

/** An identity number that nobody has, for 19 is no province: of somebody born on a day, by a number from 0 to 999. */
export function madeUpNumber(birth: string, serial: number): string {
  const digits = `190225${birth.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  return digits + checkCharacter(digits);
}
