export function label(name: string, height: number): string {
  return `${name}: ${height} m`;
}
