export {}

  interface Array<T> {
    last(): T | undefined
  }
}

export function first(names: string[]): string | undefined {
  return names[0]
}
