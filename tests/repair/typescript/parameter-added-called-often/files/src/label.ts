export function label(name: string, width: number, bold: boolean): string {
  return name.padEnd(width);
}
