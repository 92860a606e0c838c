export async function load(name: string): Promise<number> {
  return name.length;
}

export enum Kind {
  Big = 'big',
  Small = 'small',
}

export function weight(kind: Kind): number {
  return kind === Kind.Big ? 2 : 1;
}
