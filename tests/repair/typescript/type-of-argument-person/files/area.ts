export function area(width: number, height: number): number {
  return width * height;
}

export function sheet(format: string): number {
  return area(210, format);
}
