import { area } from "./area";

export function square(side: number): number {
  return area(side, side);
}

export const sheet = 2 * area(2, 3);
