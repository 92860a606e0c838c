export function writeFile(s: string) { return s; }
export function readFile() { return ""; }
export const x = 1;
