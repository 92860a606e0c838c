import { Kind, load, weight } from './store';

export class Shop {
  private n = 0;

  add(by: number): void {
    this.n += by;
  }

  async fill(): Promise<boolean> {
    const size = load('abc');
    this.add(size * weight(Kind.Big));
    return size === 3;
  }
}
