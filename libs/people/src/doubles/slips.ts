/** Whether two different texts of one length differ in one character, or in two neighbours that changed places. */
export function isOneSlipApart(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const places: number[] = [];
  for (let place = 0; place < one.length; place++) {
    if (one[place] === other[place]) continue;
    places.push(place);
    if (places.length > 2) return false;
  }
  const [first, second] = places;
  if (first === undefined) return false;
  if (second === undefined) return true;
  return second === first + 1 && one[first] === other[second] && one[second] === other[first];
}
