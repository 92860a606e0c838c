export function walk(stop: number, step: number): number {
  let n = 0;
  while (n < stop) n += stp;
  return n + step;
}
