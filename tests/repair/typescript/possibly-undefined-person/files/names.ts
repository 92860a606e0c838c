export function first(names: string[], wanted: string): string {
  const found = names.find((name) => name.startsWith(wanted));
  return found;
}
