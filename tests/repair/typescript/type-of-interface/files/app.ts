interface Gate {
  open(key: string, times: number): boolean;
}

class Garden implements Gate {
  open(key) {
    return key.length > 3;
  }
}

console.log(new Garden().open("oaken"));
