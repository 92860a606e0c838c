import { label } from './label';

function check(ok: boolean, what: string): void {
  if (!ok) {
    throw new Error(what);
  }
}

function main(): void {
  check(label('a', 2) === 'a ', 'a');
  check('b'.length === 1, 'b');
  check('c'.length === 1, 'c');
  check('d'.length === 1, 'd');
  check('e'.length === 1, 'e');
}

main();
