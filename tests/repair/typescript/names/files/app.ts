interface Paint {
  color: string;
  width?: number;
}

class Brush {
  constructor(readonly size: number) {}
  stroke() {
    return this.size;
  }
}

function mix(p: Paint) {
  return p.colour;
}

const message = "wet";
console.log(mesage, mix({ color: "red", widht: 3 }));
console.log(new Brush(2).strok(), ["a"].map(v => v.toUppercase()));
const label: strng = "x";
