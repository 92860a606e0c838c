export class Sum {
  constructor(lines) {
    this.lines = lines;
  }

  total() {
    let all = 0;
    for (const line of lines) {
      all += line;
    }
    return all;
  }
}
