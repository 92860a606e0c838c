async function age(name: string): Promise<number> {
  return name.length;
}

export async function line(names: string[]): Promise<string> {
  const years = await age(names[0]);
  return names.contains("maja") ? years.toFixed(1) : "none";
}
