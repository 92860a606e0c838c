export function area(width: number, height: number, verbose: boolean): number {
  return width * height;
}
