import { Kind, load, weight } from './store';

export class Shop {
  private n = 0;

  add(by: number): void {
    this.n += by;
  }

  fill(): Promise<boolean> {
    const size = await load('abc');
    this.add(size * weight(Kind.Big));
    return size === 3;
  }
}
